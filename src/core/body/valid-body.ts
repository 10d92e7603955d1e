import type { InputClass, NestedInput } from './body-fields.js';
import { bodyFieldsOf, rulesOf } from './body-fields.js';
import { isTransformed } from './transformations.js';
import type { RuleCheck, RuleCondition } from './validators.js';
import { validatorsOf } from './validators.js';

/** A declared property: how its value is created, when its rules apply, and the rules. */
interface Property {
  readonly make: (value: unknown) => unknown;
  readonly nested: NestedInput | undefined;
  readonly conditions: readonly RuleCondition[];
  readonly checks: readonly RuleCheck[];
}

/** The declared properties of an input class by name. */
export type Properties = ReadonlyMap<string, Property>;

/** Stands for a value that only class-validator can check. */
const unclear = Symbol('unclear');

const compiled = new WeakMap<InputClass, { readonly properties: Properties | undefined }>();

/**
 * Creates the input from a body that certainly satisfies every rule of its class. It calls
 * class-validator's validators but skips its walk through metadata, which costs more than a
 * statement. Undefined if a rule is broken, or if a class does more than its rules declare, such as
 * `@Transform()`: then class-validator decides, and words the errors.
 */
export function readValid(input: InputClass, body: object): object | undefined {
  const properties = propertiesOf(input);
  return properties && readInput(input, properties, body);
}

/** The compiled properties of a class; undefined if it does more than its rules declare. */
export function propertiesOf(input: InputClass): Properties | undefined {
  let known = compiled.get(input);
  if (!known) compiled.set(input, (known = { properties: compileRules(input) }));
  return known.properties;
}

function readInput(input: InputClass, properties: Properties, body: object): object | undefined {
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

function compileRules(input: InputClass): Properties | undefined {
  const rules = rulesOf(input);
  const properties = new Map<string, Property>();
  for (const name of new Set(rules.map(({ propertyName }) => propertyName))) {
    const own = rules.filter(({ propertyName }) => propertyName === name);
    const nested = bodyFieldsOf(input).find(
      (field): field is NestedInput => field.kind === 'nested' && field.property === name,
    );
    const validators = validatorsOf(own, nested !== undefined);
    if (!validators || isTransformed(input, name, nested)) return undefined;
    const make = nested ? nestedMaker(nested) : plainCopy;
    properties.set(name, { ...validators, nested, make });
  }
  return properties;
}

/** JSON values are used as they are; class-transformer copies objects and lists. */
function plainCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isFlat = Array.isArray(value) && value.every((part) => typeof part !== 'object');
  return isFlat ? [...(value as unknown[])] : unclear;
}

function nestedMaker({ input, each }: NestedInput): (value: unknown) => unknown {
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
