import { DatabaseError } from 'pg';
import { isContention, persist } from './contention.js';
import type { FileImport } from './file-import.js';
import { Overtaken } from './import-error.js';

/** What is staged stays staged, so that a try costs no reading. */
const tries = 3;

/**
 * Checks and inserts the staged rows of a file behind a savepoint, and does so again when another
 * writer was in the way: what that writer committed meanwhile is then seen by the checks, so that
 * every row is counted as what it has become. A stream, which is read once, is more persistent,
 * for its table cannot be begun again.
 */
export function settleRows<T>(run: FileImport, work: () => Promise<T>): Promise<T> {
  const { client, file, lockWait } = run;
  const milliseconds = file.isSpent() ? lockWait : 0;
  return persist({ tries, milliseconds, isWorthwhile: isOvertaken() }, async () => {
    await client.query('SAVEPOINT settled_rows');
    try {
      const result = await work();
      await client.query('RELEASE SAVEPOINT settled_rows');
      return result;
    } catch (error) {
      await client.query('ROLLBACK TO SAVEPOINT settled_rows').catch(() => undefined);
      throw error;
    }
  });
}

/** A broken key may be a writer that was faster than the checks, but not twice in the same row. */
function isOvertaken(): (error: unknown) => boolean {
  const details = new Set<string>();
  return (error) => {
    if (error instanceof Overtaken || isContention(error)) return true;
    if (!(error instanceof DatabaseError) || !/^2350[35]$/.test(error.code ?? '')) return false;
    const detail = `${error.constraint} ${error.detail}`;
    if (details.has(detail)) return false;
    details.add(detail);
    return true;
  };
}
