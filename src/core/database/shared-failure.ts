import { DatabaseError } from 'pg';
import type { Use } from '../data-source/lanes.js';
import type { ConnectionSettings } from '../data-source/limits.js';
import { isEndedByServer } from '../data-source/limits.js';
import { isReadTimeout } from '../data-source/listened-client.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { causeOf } from './connection-loss.js';

/**
 * What made a shared statement or transaction fail: something about one caller, a time limit, or
 * something that would make each of them fail.
 */
export type SharedFailure = 'member' | 'timeout' | 'all';

/**
 * Classes of SQL states about connections, resources, rights, the schema or the server. All others,
 * including those raised by an application's functions, may be about one row.
 */
const ofAll = /^(?:08|0A|25|26|28|2D|3D|3F|40|42|53|55|57|58|F0|HV|XX)/;
/**
 * Classes whose states PostgreSQL also uses for values, such as NaN as an integer, or broken data.
 */
const perhapsOfOne = /^(?:0A|42|XX00[12])/;
/** Where a statement is refused before any row is read: rights, and stale plans. */
const beforeRows: ReadonlySet<string> = new Set([
  'aclcheck_error',
  'check_enable_rls',
  'RevalidateCachedQuery',
  'lookup_type_cache',
]);

/**
 * Returns why shared work failed, from its translated error or the driver's. Where the server ends
 * what is slow, a client that gives up has waited for a server that would keep each of them waiting
 * as long again.
 */
export function sharedFailureOf(
  error: unknown,
  settings: ConnectionSettings,
  use: Use,
): SharedFailure {
  const cause = rootOf(error);
  // The client gave up waiting. Only if COMMIT was in progress may the work have been done.
  const isUnknown = error instanceof DualIdError && error.code === 'outcome_unknown';
  if (isReadTimeout(cause)) return isUnknown || isEndedByServer(settings, use) ? 'all' : 'timeout';
  if (!(cause instanceof DatabaseError)) return 'all';
  if (cause.code === '57014') return 'timeout';
  return isOfOne(cause) ? 'member' : 'all';
}

/** An error in the text of a statement has a position in it; an error in a row has none. */
function isOfOne({ code = 'XX', position, routine = '' }: DatabaseError): boolean {
  if (!ofAll.test(code) || routine === 'exec_stmt_raise') return true;
  return perhapsOfOne.test(code) && position === undefined && !beforeRows.has(routine);
}

function rootOf(error: unknown): unknown {
  return error instanceof DualIdError ? rootOf(error.details.cause) : causeOf(error);
}
