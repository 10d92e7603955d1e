import type { Rule } from '../../../../core/body/body-fields.js';
import { bodyFieldsOf, rulesOf } from '../../../../core/body/body-fields.js';
import { isPublicName, isRelation } from '../id-names.js';
import type { DataModel } from '../../data/data-model.js';
import type { Fault, StructureCheck } from '../structure-check.js';

type InputClass = new () => object;

/** A property of a body through which an id could come in that nobody checks as one. */
export const numericIdInInput: StructureCheck = {
  code: 'numeric_id_in_input',
  finds: 'a property of a body that names an entity and is not checked as a public id',
  cure: 'Take the public id: `@IsPublicId(User) userUuid: PublicId<User>`; lists with `{ each: true }`.',
  find: ({ routes, model }) =>
    routes.flatMap(({ method, url, body }) =>
      body ? troublesOf(body, `${method} ${url}`, model) : [],
    ),
};

function troublesOf(input: InputClass, where: string, model: DataModel): readonly Fault[] {
  const rules = rulesOf(input);
  const own = [...new Set(rules.map(({ propertyName }) => propertyName))].flatMap((name) => {
    const problem = troubleOf(
      name,
      rules.filter(({ propertyName }) => propertyName === name),
      model,
    );
    return problem ? [{ place: `${where} ${input.name}.${name}`, problem }] : [];
  });
  const inner = bodyFieldsOf(input).flatMap((field) =>
    field.kind === 'nested' ? troublesOf(field.input(), where, model) : [],
  );
  return [...own, ...inner];
}

const numeric = /^(?:is(?:Int|Number|NumberString|Positive|Negative|DivisibleBy)|min|max)$/;

function troubleOf(name: string, rules: readonly Rule[], model: DataModel): string | undefined {
  const has = (test: (rule: Rule) => boolean) => rules.some(test);
  const isNested = has((rule) => rule.type === 'nestedValidation');
  if (isNested && !has((rule) => rule.name === 'isInput')) {
    return 'nothing looks into the object; declare it with @ObjectOf or @ListOf';
  }
  if (isPublicName(name) && !has((rule) => rule.name === 'isPublicId')) {
    return 'it has the name of a public id, and is not checked as one';
  }
  if (isRelation(name, model) && has((rule) => numeric.test(rule.name ?? ''))) {
    return 'it has the name of a relation, and is a number';
  }
  return undefined;
}
