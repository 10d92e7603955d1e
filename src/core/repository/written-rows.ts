import { problem } from '../errors/problem.js';
import type { CompiledView } from '../view/compiled-view.js';
import { placeOfUnshowable } from '../view/unshowable.js';
import type { Bind } from './assignments.js';

/** The parameters of one statement, in the order in which they are bound. */
export function parameters(...values: unknown[]): { values: unknown[]; bind: Bind } {
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Reads the view of the rows a write returns, joined with what they refer to. */
export function readingBack({ select }: CompiledView, write: string): string {
  const from = select.from('written');
  return `WITH written AS (${write} RETURNING *) SELECT ${select.values.join(', ')} ${from}`;
}

/**
 * The error of a write whose row the view cannot show. Where the input gave the value, its caller
 * can correct it; otherwise a default or trigger of the database made it, and it stays as it is.
 */
export function refusedWrite(error: unknown, input: object, at = ''): unknown {
  const place = placeOfUnshowable(error);
  const [property] = place?.path.split('.') ?? [];
  if (property === undefined) return error;
  if ((input as Record<string, unknown>)[property] === undefined) return error;
  const pointer = `/${at}${place!.path.replaceAll('.', '/')}`;
  const detail = 'is not of the form in which it is shown';
  return problem('rule_violated', { errors: [{ pointer, detail }], cause: error });
}
