import type { BodyField, InputClass, Rule } from '../body/body-fields.js';
import { bodyFieldsOf, rulesOf } from '../body/body-fields.js';
import { foreignReasonOf } from '../body/foreign-payload.js';
import { isInternalIdName } from '../ids/id-names.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { nullable } from '../json-schema/json-schema.js';
import { withNotes } from '../view/api-notes.js';
import { ruleSchema } from './rule-schema.js';

/**
 * Describes an input class from the rules it already carries: class-validator's decorators and
 * the library's own. Nothing has to be annotated twice.
 */
export function inputSchema(input: InputClass, around: readonly InputClass[] = []): JsonSchema {
  if (around.includes(input)) return { $ref: `#/components/schemas/${input.name}` };
  const isForeign = foreignReasonOf(around[0] ?? input) !== undefined;
  const rules = rulesOf(input);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const properties = names.map((name) => {
    const own = rules.filter(({ propertyName }) => propertyName === name);
    const schema = propertySchema(name, own, [...around, input]);
    const isMarked = isForeign && isInternalIdName(name);
    const marked = isMarked ? { ...schema, 'x-external': true } : schema;
    return [name, withNotes(marked, input, name)] as const;
  });
  const required = names.filter(
    (name) => !rules.some((rule) => rule.propertyName === name && isConditional(rule)),
  );
  return {
    title: input.name,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    // Anything another system sends beyond the declared shape is left out rather than refused.
    additionalProperties: isForeign,
  };
}

function propertySchema(
  name: string,
  rules: readonly Rule[],
  around: readonly InputClass[],
): JsonSchema {
  const input = around.at(-1)!;
  const nested = bodyFieldsOf(input).find(
    (field): field is Extract<BodyField, { kind: 'nested' }> =>
      field.kind === 'nested' && field.property === name,
  );
  const isList = rules.some((rule) => rule.each || rule.name === 'isArray');
  const base = isList ? { type: 'string' } : designSchema(input, name);
  const item = nested
    ? inputSchema(nested.input(), around)
    : withRules(
        base,
        rules.filter(({ each }) => Boolean(each) === isList),
      );
  const schema = isList
    ? withRules(
        { type: 'array', items: item },
        rules.filter(({ each }) => !each),
      )
    : item;
  // `@IsOptional` also allows null, and so does the description.
  return rules.some((rule) => rule.name === 'isOptional') ? nullable(schema) : schema;
}

function withRules(base: JsonSchema, rules: readonly Rule[]): JsonSchema {
  return rules.reduce<JsonSchema>(
    (schema, { name, constraints }) => ({ ...schema, ...ruleSchema(name, constraints ?? []) }),
    base,
  );
}

function designSchema(input: InputClass, name: string): JsonSchema {
  const type: unknown = Reflect.getMetadata('design:type', input.prototype as object, name);
  if (type === Number) return { type: 'number' };
  if (type === Boolean) return { type: 'boolean' };
  return { type: 'string' };
}

/** The property may be absent: `@IsOptional`, or `@ValidateIf`. */
function isConditional({ type }: Rule): boolean {
  return type === 'conditionalValidation';
}
