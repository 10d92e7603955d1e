import type { FieldError } from '../errors/dual-id-error.js';
import type { InputClass } from './body-fields.js';
import { escapePointer, mostErrors } from './body-inspection.js';
import { propertiesOf } from './valid-body.js';

/**
 * Lists the rules that a body breaks, in the words of class-validator. It stops at 20, where
 * class-validator would go on through every item of a list. A class that does more than its rules
 * say is not looked into: an empty list does not mean that a body is valid.
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
      errors.push({ pointer: at, detail: wordsOf(value, broken.words(made, value), name) });
    else if (nested?.each) addBrokenItems(nested.input(), value, at, errors);
    else if (nested) addBrokenPart(nested.input(), value, at, errors);
    if (errors.length >= mostErrors) return;
  }
}

function addBrokenItems(
  input: InputClass,
  list: unknown,
  pointer: string,
  errors: FieldError[],
): void {
  if (!Array.isArray(list)) return;
  for (let index = 0; index < list.length && errors.length < mostErrors; index++) {
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

/** What is wrong with a value: of one that was not sent there is nothing to say but that. */
export function wordsOf(value: unknown, message: string, property: string): string {
  return value === undefined ? 'is required' : sentence(message, property);
}

/** class-validator says "name must be a string"; the pointer says the name already. */
function sentence(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
