import { DatabaseError } from 'pg';
import { isReadTimeout } from '../data-source/listened-client.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { causeOf } from './connection-loss.js';

/**
 * What made a statement or transaction fail that several callers share: something of one of them,
 * a time limit, or what would make each of them fail.
 */
export type SharedFailure = 'member' | 'timeout' | 'all';

/**
 * Classes of states that are about connections, resources, rights, the schema or the server. All
 * others, those that functions of an application raise included, may be about one row.
 */
const ofAll = /^(?:08|0A|25|26|28|2D|3D|3F|40|42|53|55|57|58|F0|HV|XX)/;
/** Classes whose states PostgreSQL also gives to a value, such as NaN as an integer, or broken data. */
const perhapsOfOne = /^(?:0A|42|XX00[12])/;
/** Where a statement is refused before any row is looked at: rights, and plans that are stale. */
const beforeRows: ReadonlySet<string> = new Set([
  'aclcheck_error',
  'check_enable_rls',
  'RevalidateCachedQuery',
  'lookup_type_cache',
]);

/** Returns why shared work failed, from its error as it was translated or as the driver gave it. */
export function sharedFailureOf(error: unknown): SharedFailure {
  const cause = rootOf(error);
  // The client gave up waiting. Only where COMMIT was under way may the work have been done.
  const isUnknown = error instanceof DualIdError && error.code === 'outcome_unknown';
  if (isReadTimeout(cause)) return isUnknown ? 'all' : 'timeout';
  if (!(cause instanceof DatabaseError)) return 'all';
  if (cause.code === '57014') return 'timeout';
  return isOfOne(cause) ? 'member' : 'all';
}

/** What is wrong with the text of a statement has a position in it; what is wrong with a row has none. */
function isOfOne({ code = 'XX', position, routine = '' }: DatabaseError): boolean {
  if (!ofAll.test(code) || routine === 'exec_stmt_raise') return true;
  return perhapsOfOne.test(code) && position === undefined && !beforeRows.has(routine);
}

function rootOf(error: unknown): unknown {
  return error instanceof DualIdError ? rootOf(error.details.cause) : causeOf(error);
}
