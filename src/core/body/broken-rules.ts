import type { FieldError } from '../errors/dual-id-error.js';
import type { InputClass } from './body-fields.js';
import { escapePointer, maxErrors } from './body-inspection.js';
import { propertiesOf } from './valid-body.js';

/**
 * Lists the rules that a body breaks, in class-validator's words. It stops at 20, where
 * class-validator would continue through every item of a list. A class that does more than its
 * rules declare is skipped: an empty list does not mean that a body is valid.
 */
export function brokenRules(input: InputClass, body: object): readonly FieldError[] {
  const errors: FieldError[] = [];
  addBroken(input, body, '', errors);
  return errors;
}

function addBroken(input: InputClass, body: object, pointer: string, errors: FieldError[]): void {
  const made = Object.assign(new input(), body) as Record<string, unknown>;
  for (const [name, { conditions, checks, nested }] of propertiesOf(input) ?? []) {
    const value = made[name];
    if (!conditions.every((condition) => condition(made, value))) continue;
    const at = `${pointer}/${escapePointer(name)}`;
    const broken = checks.find((check) => check.judge(made, value) === false);
    if (broken)
      errors.push({ pointer: at, detail: ruleWords(value, broken.words(made, value), name) });
    else if (nested?.each) addBrokenItems(nested.input(), value, at, errors);
    else if (nested) addBrokenPart(nested.input(), value, at, errors);
    if (errors.length >= maxErrors) return;
  }
}

function addBrokenItems(
  input: InputClass,
  list: unknown,
  pointer: string,
  errors: FieldError[],
): void {
  if (!Array.isArray(list)) return;
  for (let index = 0; index < list.length && errors.length < maxErrors; index++) {
    addBrokenPart(input, list[index], `${pointer}/${index}`, errors);
  }
}

function addBrokenPart(
  input: InputClass,
  value: unknown,
  pointer: string,
  errors: FieldError[],
): void {
  if (typeof value === 'object' && value !== null) addBroken(input, value, pointer, errors);
}

/** The messages about a value; a missing one is only reported as missing. */
export function ruleWords(value: unknown, message: string, property: string): string {
  return value === undefined ? 'is required' : withoutProperty(message, property);
}

/** class-validator says "name must be a string"; the pointer already contains the name. */
function withoutProperty(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
