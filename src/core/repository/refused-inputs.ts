import { DualIdError } from '../errors/dual-id-error.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { noteSought } from '../errors/sought-values.js';
import { isTooLong } from '../database/database-errors.js';
import { Fields } from '../values/record.js';

/** Minimum bytes at which a text may be too long for an index, however well it is compressed. */
const longTextBytes = 2000;

/** Inputs of a write, each with its place among them: empty, or `/3` in a list. */
type Inputs = readonly (readonly [place: string, input: object])[];

/**
 * Runs a write of these inputs, and adds to its error what only the inputs show: which referenced
 * value was not found, and which text was too long for an index, which PostgreSQL does not report
 * if it is far too long.
 */
export async function pointingIntoInputs<T>(inputs: Inputs, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof DualIdError)) throw error;
    if (error.details.errors) noteSoughtIn(inputs, error.details.errors);
    else if (isTooLong(error.details.cause)) throw pointingAtLongTexts(inputs, error);
    throw error;
  }
}

function pointingAtLongTexts(inputs: Inputs, error: DualIdError): DualIdError {
  const errors = inputs.flatMap(([place, input]) => longTexts(input, place));
  return errors.length === 0 ? error : problem('rule_violated', { errors, cause: error });
}

function noteSoughtIn(inputs: Inputs, errors: readonly FieldError[]): void {
  for (const error of errors) {
    const [place, input] = inputs.find(([one]) => error.pointer?.startsWith(`${one}/`)) ?? [];
    if (place === undefined) continue;
    const path = error.pointer!.slice(place.length + 1).split('/');
    noteSought(
      error,
      path.reduce<unknown>((value, name) => (value as Fields | null)?.[name], input),
    );
  }
}

function longTexts(input: object, place: string): FieldError[] {
  return Object.entries(input).flatMap(([property, value]: [string, unknown]): FieldError[] => {
    const pointer = `${place}/${property}`;
    if (typeof value === 'string') {
      const isLong = Buffer.byteLength(value) > longTextBytes;
      return isLong ? [{ pointer, detail: 'is too long' }] : [];
    }
    const isEmbedded = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isEmbedded ? longTexts(value, pointer) : [];
  });
}
