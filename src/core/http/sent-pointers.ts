import type { FastifyRequest } from 'fastify';
import { DualIdError } from '../errors/dual-id-error.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { soughtBy } from '../errors/sought-values.js';

/** Codes of database errors, which know columns but not where their values came from. */
const columnCodes: ReadonlySet<string> = new Set([
  'conflict',
  'missing_reference',
  'rule_violated',
]);

type SentRequest = Pick<FastifyRequest, 'body' | 'params'>;

/**
 * The error from the sender's point of view: a value from the path is named by its parameter, and
 * one that the application made has no place in the request. A missing reference from the path
 * makes the whole address not found.
 */
export function asAsked(error: DualIdError, request: SentRequest): DualIdError {
  const { code, details } = error;
  if (!columnCodes.has(code) || !details.errors) return error;
  const errors = details.errors.map((one) => placed(one, request));
  const isOfPath = code === 'missing_reference' && errors.some(({ parameter }) => parameter);
  if (isOfPath) {
    const missing = errors.filter(({ parameter }) => parameter);
    return refusal('not_found', { errors: missing, cause: details.cause });
  }
  return new DualIdError(code, error.definition, { ...details, errors, cause: details.cause });
}

function placed(error: FieldError, { body, params }: SentRequest): FieldError {
  const { pointer, ...rest } = error;
  if (!pointer || error.detail === 'is required' || isIn(body, pointer)) return error;
  const named = parameterOf(
    pointer.slice(1),
    soughtBy(error),
    (params ?? {}) as Record<string, unknown>,
  );
  return named === undefined ? rest : { ...rest, parameter: named };
}

/**
 * The parameter with the property's name, or the one whose value was written under another name.
 */
function parameterOf(
  property: string,
  value: unknown,
  params: Readonly<Record<string, unknown>>,
): string | undefined {
  if (Object.hasOwn(params, property)) return property;
  if (value === undefined) return undefined;
  return Object.keys(params).find((name) => params[name] === value);
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
