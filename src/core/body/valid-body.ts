import type { BodyField, InputClass } from './body-fields.js';
import { bodyFieldsOf, rulesOf } from './body-fields.js';
import { isTransformed } from './transformations.js';
import type { Check, Condition } from './validators.js';
import { validatorsOf } from './validators.js';

type NestedField = Extract<BodyField, { kind: 'nested' }>;

/** A declared property: how its value is made, when its rules count, and the rules. */
interface Property {
  readonly make: (value: unknown) => unknown;
  readonly nested: NestedField | undefined;
  readonly conditions: readonly Condition[];
  readonly checks: readonly Check[];
}

/** The declared properties of an input class by name. */
export type Properties = ReadonlyMap<string, Property>;

/** Stands for a value that only class-validator can judge. */
const unclear = Symbol('unclear');

const compiled = new WeakMap<InputClass, { readonly properties: Properties | undefined }>();

/**
 * Makes the input of a body that certainly keeps every rule of its class. It asks the validators
 * of class-validator and leaves out its walk through metadata, which costs more than a statement.
 * Undefined where a rule is broken, or where a class does more than its rules say, such as
 * `@Transform()`: then class-validator decides, and words the errors.
 */
export function readValid(input: InputClass, body: object): object | undefined {
  const properties = propertiesOf(input);
  return properties && read(input, properties, body);
}

/** The compiled properties of a class; undefined where it does more than its rules say. */
export function propertiesOf(input: InputClass): Properties | undefined {
  let known = compiled.get(input);
  if (!known) compiled.set(input, (known = { properties: compile(input) }));
  return known.properties;
}

function read(input: InputClass, properties: Properties, body: object): object | undefined {
  const made = new input() as Record<string, unknown>;
  for (const [name, sent] of Object.entries(body)) {
    const property = properties.get(name);
    const value = property ? property.make(sent) : unclear;
    if (value === unclear) return undefined;
    made[name] = value;
  }
  for (const [name, { conditions, checks }] of properties) {
    const value = made[name];
    const counts = conditions.every((condition) => condition(made, value));
    if (counts && !checks.every((check) => check.judge(made, value) === true)) return undefined;
  }
  return made;
}

function compile(input: InputClass): Properties | undefined {
  const rules = rulesOf(input);
  const properties = new Map<string, Property>();
  for (const name of new Set(rules.map(({ propertyName }) => propertyName))) {
    const own = rules.filter(({ propertyName }) => propertyName === name);
    const nested = bodyFieldsOf(input).find(
      (field): field is NestedField => field.kind === 'nested' && field.property === name,
    );
    const validators = validatorsOf(own, nested !== undefined);
    if (!validators || isTransformed(input, name, nested)) return undefined;
    const make = nested ? nestedMaker(nested) : plain;
    properties.set(name, { ...validators, nested, make });
  }
  return properties;
}

/** Values of JSON are taken as they are; class-transformer copies what has an inside. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isFlat = Array.isArray(value) && value.every((part) => typeof part !== 'object');
  return isFlat ? [...(value as unknown[])] : unclear;
}

function nestedMaker({ input, each }: NestedField): (value: unknown) => unknown {
  const one = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unclear;
    return readValid(input(), value) ?? unclear;
  };
  const list = (value: unknown): unknown => {
    if (!Array.isArray(value)) return unclear;
    const made = value.map(one);
    return made.includes(unclear) ? unclear : made;
  };
  return (value) => (value === null ? null : (each ? list : one)(value));
}
