import { problem } from '../errors/problem.js';
import type { CompiledView } from '../view/compiled-view.js';
import { placeOfUnshowable } from '../view/unshowable-values.js';
import type { BindValue } from './assignments.js';

/** The parameters of one statement, in binding order. */
export function statementParameters(...values: unknown[]): { values: unknown[]; bind: BindValue } {
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Reads the view of the rows a write returns, joined with the rows they refer to. */
export function readingBack({ select }: CompiledView, write: string): string {
  const from = select.from('written');
  return `WITH written AS (${write} RETURNING *) SELECT ${select.values.join(', ')} ${from}`;
}

/**
 * The error of a write whose row the view cannot show. If the input supplied the value, the caller
 * can correct it; otherwise a default or trigger of the database did, and the error stays as it is.
 */
export function refusedWrite(error: unknown, input: object, at = ''): unknown {
  const place = placeOfUnshowable(error);
  const [property] = place?.path.split('.') ?? [];
  if (property === undefined) return error;
  if ((input as Record<string, unknown>)[property] === undefined) return error;
  const pointer = `/${at}${place!.path.replaceAll('.', '/')}`;
  const detail = 'is not in the format in which it is shown';
  return problem('rule_violated', { errors: [{ pointer, detail }], cause: error });
}
