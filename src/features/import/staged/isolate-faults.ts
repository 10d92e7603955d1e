import { DatabaseError } from 'pg';
import type { ClientBase } from 'pg';
import { isRowFault } from '../source/row-fault.js';
import type { Lines } from './typed-rows.js';

/** The error of each row that the server refused, by its line. */
export type RowFaults = Map<number, DatabaseError>;

/**
 * Does something with a range of rows, and where the server refuses it, with either half by itself
 * down to single rows: these are at fault. All others are done, in their order.
 */
export async function isolateFaults(
  client: ClientBase,
  range: Lines,
  attempt: (range: Lines) => Promise<void>,
): Promise<RowFaults> {
  const faults: RowFaults = new Map();
  const open = [range];
  for (let next = open.pop(); next; next = open.pop()) {
    const fault = await tryRange(client, next, attempt);
    if (!fault) continue;
    const { from, to } = next;
    const middle = Math.floor((from + to) / 2);
    if (from === to) faults.set(from, fault);
    else open.push({ from: middle + 1, to }, { from, to: middle });
  }
  return faults;
}

async function tryRange(
  client: ClientBase,
  range: Lines,
  attempt: (range: Lines) => Promise<void>,
): Promise<DatabaseError | undefined> {
  await client.query('SAVEPOINT isolated_rows');
  try {
    await attempt(range);
    await client.query('RELEASE SAVEPOINT isolated_rows');
    return undefined;
  } catch (error) {
    if (!(error instanceof DatabaseError) || !isRowFault(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT isolated_rows');
    await client.query('RELEASE SAVEPOINT isolated_rows');
    return error;
  }
}
