import { causeOf } from '../../../core/database/connection-loss.js';
import { problem } from '../../../core/errors/problem.js';
import type { ConversionStep } from '../steps/step.js';

interface ServerError {
  readonly code?: string;
  readonly message: string;
  readonly detail?: string;
  /** The functions that were running. */
  readonly where?: string;
}

/**
 * Names what somebody has changed since the plan: something rests on what a step removes, such as a
 * foreign key to the key that moves, or a table or a column has gone. Any other error is thrown as
 * it is.
 */
export function nameChange({ name }: ConversionStep, error: unknown): never {
  const cause = causeOf(error) as ServerError;
  const told = changes[cause.code ?? '']?.(cause);
  if (told === undefined || isOfApplication(cause)) throw error;
  throw problem('conversion_blocked', { detail: `"${name}" ${told}`, cause: error });
}

/** A function of the application, such as that of a trigger, has faults of its own. */
function isOfApplication({ where = '' }: ServerError): boolean {
  const functions = [...where.matchAll(/\bfunction (\S+)/g)].map(([, name]) => name!);
  return functions.some((name) => !/^(?:inline_code_block|dual_id_conversion\.)/.test(name));
}

const changes: Readonly<Record<string, (error: ServerError) => string>> = {
  '2BP01': ({ detail, message }) =>
    `removes what something newer than the plan depends on: ${(detail ?? message).replaceAll('\n', '; ')}. Make it again for the new key afterwards.`,
  '42P01': isMissing,
  '42703': isMissing,
};

function isMissing({ message }: ServerError): string {
  return `does not find what was there when it was planned: ${message}. If it was renamed, give it its name back.`;
}
