import { DatabaseError } from 'pg';
import { ProbeTimeout } from './probe-connection.js';

/** Whether the session may write, according to the server. */
export const look = `SELECT pg_is_in_recovery(), current_setting('transaction_read_only')`;

/**
 * Writes twice without needing a table or any privilege: a temporary file, which the server creates
 * for rows beyond its memory, and which fails on a full disk; and a message in the log of the
 * database, which is durable when the statement returns. It does not wait for a synchronous
 * standby, because each check would leave another session waiting for it.
 */
export const write = `
  SET LOCAL synchronous_commit = local;
  SET LOCAL work_mem = '64kB';
  SELECT pg_catalog.count(*) FROM pg_catalog.generate_series(1, 10000);
  SELECT pg_catalog.pg_logical_emit_message(true, 'nest-dual-id', 'ready')`;

/** Why an application that writes is not ready, from the result of `look`. */
export function reasonOfLook([inRecovery, readOnly]: readonly unknown[]): string | undefined {
  if (inRecovery === true) return 'the database is a standby or in recovery, and accepts no writes';
  return readOnly === 'on' ? 'the database is read-only' : undefined;
}

const reasonOfState: Readonly<Record<string, string>> = {
  '25006': 'the database is read-only',
  '53100': 'the disk of the database is full',
  '53300': 'the database has no free connection',
  '57P01': 'the database is stopping',
  '57P03': 'the database is starting or stopping',
};

/** Why the application is not ready, without the server's own message. */
export function reasonOfError(error: unknown, limit: number): string {
  if (error instanceof ProbeTimeout || /timeout expired/.test(String(error))) {
    return `the database did not respond within ${limit} ms`;
  }
  const code = String((error as { code?: unknown }).code ?? 'connection lost');
  if (error instanceof DatabaseError) {
    return reasonOfState[code] ?? `the database responded with the error ${code}`;
  }
  return `the database cannot be reached (${code})`;
}
