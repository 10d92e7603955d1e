import type { FieldError } from './dual-id-error.js';

const values = new WeakMap<FieldError, unknown>();

/** Notes of an error which value was looked for and not found; nothing shows it. */
export function noteSought(error: FieldError, value: unknown): void {
  values.set(error, value);
}

/** The value that was looked for, where it is known. */
export function soughtBy(error: FieldError): unknown {
  return values.get(error);
}
