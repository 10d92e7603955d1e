import type { InputClass, Rule } from '../../../../core/body/body-fields.js';
import { bodyFieldsOf, rulesOf } from '../../../../core/body/body-fields.js';
import { isRelation } from '../id-names.js';
import type { DataModel } from '../../data/data-model.js';
import type { Fault, StructureCheck } from '../structure-check.js';
import { namesPublicIds } from '../../../../core/ids/id-names.js';

/** A property of a body that would accept an id without checking it as one. */
export const numericIdInInput: StructureCheck = {
  code: 'numeric_id_in_input',
  finds: 'a property of a body that names an entity but is not checked as a public id',
  fix: 'Use the public id: `@IsPublicId(User) userUuid: PublicId<User>`; lists with `{ each: true }`.',
  find: ({ routes, model }) =>
    routes.flatMap(({ method, url, body }) =>
      body ? troublesOf(body, `${method} ${url}`, model) : [],
    ),
};

function troublesOf(input: InputClass, where: string, model: DataModel): readonly Fault[] {
  const rules = rulesOf(input);
  const own = [...new Set(rules.map(({ propertyName }) => propertyName))].flatMap((name) => {
    const problem = fieldTrouble(
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

const numericRule = /^(?:is(?:Int|Number|NumberString|Positive|Negative|DivisibleBy)|min|max)$/;

function fieldTrouble(name: string, rules: readonly Rule[], model: DataModel): string | undefined {
  const has = (test: (rule: Rule) => boolean) => rules.some(test);
  const isNested = has((rule) => rule.type === 'nestedValidation');
  if (isNested && !has((rule) => rule.name === 'isInput')) {
    return 'the object is not checked; declare it with @ObjectOf or @ListOf';
  }
  if (namesPublicIds(name) && !has((rule) => rule.name === 'isPublicId')) {
    return 'it has the name of a public id, but is not checked as one';
  }
  if (isRelation(name, model) && has((rule) => numericRule.test(rule.name ?? ''))) {
    return 'it has the name of a relation, but is a number';
  }
  return undefined;
}
