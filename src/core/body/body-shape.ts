import type { InputClass, Rule } from './body-fields.js';
import { bodyFieldsOf, rulesOf } from './body-fields.js';
import { externalIdsOf } from '../ids/external-id.js';
import { droppedNames, nestedTypeOf, sentNames } from './transformations.js';

/** What an input class declares about a property before any of its rules run. */
export interface PropertyShape {
  /** The property of the class, which may be sent under another name. */
  readonly property: string;
  /** Whether it is an identifier of another system, which may have the name of an internal id. */
  readonly isExternal: boolean;
  /** The class of the objects it holds, alone or in a list. */
  readonly input?: InputClass | undefined;
  /** Whether those objects are in a list; undefined if both are possible. */
  readonly each?: boolean | undefined;
  /** The maximum number of items in a list. */
  readonly maxItems?: number | undefined;
  /** The maximum length of a text, in UTF-16 units. */
  readonly maxUnits?: number | undefined;
}

/** The properties of an input class by the names under which they are sent. */
export type BodyShape = ReadonlyMap<string, PropertyShape>;

/** The shape of an input class, compiled once. */
export function bodyShapeOf(input: InputClass): BodyShape {
  const known = shapes.get(input);
  if (known) return known;
  const rules = rulesOf(input);
  const properties = new Set([
    ...rules.map(({ propertyName }) => propertyName),
    ...droppedNames(input),
  ]);
  const shape = new Map<string, PropertyShape>();
  for (const property of properties) {
    const own = rules.filter(({ propertyName }) => propertyName === property);
    const declared = propertyShape(input, property, own);
    for (const name of sentNames(input, property)) shape.set(name, declared);
  }
  shapes.set(input, shape);
  return shape;
}

/**
 * The maximum number of values in a body of this class; values without a bound, such as those of a
 * list without a maximum or of a class within itself, count as one.
 */
export function declaredValues(input: InputClass, around: readonly InputClass[] = []): number {
  if (around.includes(input)) return 0;
  const inside = [...around, input];
  let values = 1;
  for (const { input: nested, each, maxItems } of bodyShapeOf(input).values()) {
    const item = nested ? declaredValues(nested, inside) : 1;
    values += each === false ? item : 1 + (maxItems ?? 0) * item;
  }
  return values;
}

const shapes = new WeakMap<InputClass, BodyShape>();

function propertyShape(input: InputClass, property: string, rules: readonly Rule[]): PropertyShape {
  const field = bodyFieldsOf(input).find((candidate) => candidate.property === property);
  const maxItems = smallest(
    rules.map(({ name, constraints }) => bound(itemRules, name, constraints)),
  );
  const maxLength = smallest(
    rules.map(({ name, constraints }) => bound(textRules, name, constraints)),
  );
  const maxUnits = maxLength === undefined ? undefined : maxLength * unitsOfCharacter;
  const nested =
    field?.kind === 'nested'
      ? { input: field.input(), each: field.each }
      : { input: nestedTypeOf(input, property) };
  const isExternal = externalIdsOf(input).has(property);
  return { property, isExternal, maxItems, maxUnits, ...nested };
}

/** A character as class-validator counts it: a surrogate pair and variation selectors. */
const unitsOfCharacter = 4;

/** The position of the maximum among the arguments of a rule. */
type Bounds = Readonly<Record<string, number>>;
const itemRules: Bounds = { arrayMaxSize: 0 };
const textRules: Bounds = { maxLength: 0, isLength: 1 };

function bound(
  rules: Bounds,
  name: string | undefined,
  constraints: readonly unknown[] | undefined,
): number | undefined {
  const at = name === undefined ? undefined : rules[name];
  const value = at === undefined ? undefined : constraints?.[at];
  return typeof value === 'number' ? value : undefined;
}

function smallest(bounds: readonly (number | undefined)[]): number | undefined {
  const numbers = bounds.filter((value) => value !== undefined);
  return numbers.length > 0 ? Math.min(...numbers) : undefined;
}
