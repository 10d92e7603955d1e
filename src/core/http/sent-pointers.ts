import type { FastifyRequest } from 'fastify';
import type { DualIdError, FieldError } from '../errors/dual-id-error.js';

/** Codes of the database's errors, which know columns and not where their values came from. */
const ofColumns: ReadonlySet<string> = new Set(['conflict', 'missing_reference', 'rule_violated']);

/**
 * The errors with pointers into the body that was sent: a value that came from the path is named
 * by its parameter, and one that the application made has no place in the request.
 */
export function pointingIntoRequest(
  { code, details }: DualIdError,
  { body, params }: Pick<FastifyRequest, 'body' | 'params'>,
): readonly FieldError[] | undefined {
  if (!ofColumns.has(code)) return details.errors;
  return details.errors?.map((error) => {
    const { pointer, ...rest } = error;
    if (!pointer || error.detail === 'is required' || isIn(body, pointer)) return error;
    const name = pointer.slice(1);
    return Object.hasOwn((params ?? {}) as object, name) ? { ...rest, parameter: name } : rest;
  });
}

/** Whether a JSON pointer (RFC 6901) leads to a value. */
function isIn(body: unknown, pointer: string): boolean {
  let value = body;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
    value = (value as Record<string, unknown>)[name];
  }
  return true;
}
