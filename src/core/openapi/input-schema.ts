import { getMetadataStorage } from 'class-validator';
import { bodyFieldsOf } from '../body/body-fields.js';
import type { BodyField } from '../body/body-fields.js';
import type { JsonSchema } from '../view/json-schema.js';
import { ruleSchema } from './rule-schema.js';

type InputClass = new () => object;
type Rule = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];

/**
 * Describes an input class from the rules it already carries: class-validator's decorators and
 * the library's own. Nothing has to be annotated twice.
 */
export function inputSchema(input: InputClass): JsonSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(input, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const fields = new Map(bodyFieldsOf(input).map((field) => [field.property, field]));
  const properties = names.map((name) => {
    const own = rules.filter(({ propertyName }) => propertyName === name);
    return [name, propertySchema(input, name, own, fields.get(name))] as const;
  });
  const required = names.filter((name) => !isOptional(rules, name));
  return {
    title: input.name,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function propertySchema(
  input: InputClass,
  name: string,
  rules: readonly Rule[],
  field: BodyField | undefined,
): JsonSchema {
  if (field?.kind === 'nested') return nestedSchema(field);
  const isList = field?.each ?? rules.some(({ each }) => each);
  const base: JsonSchema = field ? { type: 'string', format: 'uuid' } : designSchema(input, name);
  const merged = rules.reduce<JsonSchema>(
    (schema, rule) => ({ ...schema, ...ruleSchema(rule.name, rule.constraints ?? []) }),
    isList ? {} : base,
  );
  const list: JsonSchema = { type: 'array', items: field ? base : { type: 'string' } };
  return isList ? { ...list, ...merged } : merged;
}

function nestedSchema(field: Extract<BodyField, { kind: 'nested' }>): JsonSchema {
  const schema = inputSchema(field.input());
  if (!field.each) return schema;
  const { min, max } = field;
  return {
    type: 'array',
    items: schema,
    ...(min === undefined ? {} : { minItems: min }),
    ...(max === undefined ? {} : { maxItems: max }),
  };
}

function designSchema(input: InputClass, name: string): JsonSchema {
  const type: unknown = Reflect.getMetadata('design:type', input.prototype as object, name);
  if (type === Number) return { type: 'number' };
  if (type === Boolean) return { type: 'boolean' };
  return { type: 'string' };
}

function isOptional(rules: readonly Rule[], name: string): boolean {
  return rules.some((rule) => rule.propertyName === name && rule.type === 'conditionalValidation');
}
