import type { ValidationError } from 'class-validator';
import type { FieldError } from '../errors/dual-id-error.js';
import type { InputClass } from './body-fields.js';
import { escapePointer, maxErrors } from './body-inspection.js';
import type { PropertyShape } from './body-shape.js';
import { bodyShapeOf } from './body-shape.js';
import { ruleWords } from './broken-rules.js';

/** The class-validator errors of a body; thrown by the pipe it runs in. */
export class RuleErrors extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super('A body is invalid.');
  }
}

/** The first 20 of them with pointers into the body as it was sent. */
export function fieldErrorsOf(
  errors: readonly ValidationError[],
  body: object,
  input: InputClass | undefined,
): readonly FieldError[] {
  const found: FieldError[] = [];
  for (const error of errors) addErrors(error, { sent: body, input, pointer: '' }, found);
  return found;
}

/** The part of a body in which an error was found, and the input created from it. */
interface InputPlace {
  readonly sent: unknown;
  readonly input: InputClass | undefined;
  readonly pointer: string;
}

function addErrors(
  { property, constraints, children }: ValidationError,
  place: InputPlace,
  found: FieldError[],
): void {
  if (found.length >= maxErrors) return;
  const inner = placeOfProperty(property, place);
  const [first] = Object.entries(constraints ?? {});
  if (first) {
    const [rule, message] = first;
    const isUnknown = rule === 'whitelistValidation';
    const detail = isUnknown
      ? 'is not a property of this body'
      : ruleWords(inner.sent, message, property);
    found.push({ pointer: inner.pointer, detail });
  }
  for (const child of children ?? []) addErrors(child, inner, found);
}

/** `@Expose` lets a property be sent under another name; items of a list have its class. */
function placeOfProperty(property: string, { sent, input, pointer }: InputPlace): InputPlace {
  const isItem = Array.isArray(sent);
  const names: [string, PropertyShape][] =
    isItem || !input
      ? []
      : [...bodyShapeOf(input)].filter(([, shape]) => shape.property === property);
  const fields = (sent ?? {}) as Readonly<Record<string, unknown>>;
  const [name = property, shape] =
    names.find(([candidate]) => Object.hasOwn(fields, candidate)) ?? names.at(-1) ?? [];
  return {
    sent: fields[name],
    input: isItem ? input : shape?.input,
    pointer: `${pointer}/${escapePointer(name)}`,
  };
}
