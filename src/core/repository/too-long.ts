import { DualIdError } from '../errors/dual-id-error.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { isTooLong } from '../database/database-errors.js';

/** Bytes from which on a text may be too long for an index, however well it is compressed. */
const longText = 2000;

/**
 * Runs a write of these inputs. PostgreSQL does not say whose text was too long for an index where
 * it is far too long: then the error points at the long texts of the input.
 */
export async function pointingAtLongTexts<T>(
  inputs: readonly (readonly [place: string, input: object])[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const isNamed = !(error instanceof DualIdError) || error.details.errors !== undefined;
    if (isNamed || !isTooLong(error.details.cause)) throw error;
    const errors = inputs.flatMap(([place, input]) => longTexts(input, place));
    throw errors.length === 0 ? error : problem('rule_violated', { errors, cause: error });
  }
}

function longTexts(input: object, place: string): FieldError[] {
  return Object.entries(input).flatMap(([property, value]: [string, unknown]): FieldError[] => {
    const pointer = `${place}/${property}`;
    if (typeof value === 'string') {
      const isLong = Buffer.byteLength(value) > longText;
      return isLong ? [{ pointer, detail: 'is too long' }] : [];
    }
    const isEmbedded = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isEmbedded ? longTexts(value, pointer) : [];
  });
}
