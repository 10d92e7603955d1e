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

/** Returns why shared work failed, from its error as it was translated or as the driver gave it. */
export function sharedFailureOf(error: unknown): SharedFailure {
  const cause = rootOf(error);
  // The client gave up waiting. Only where COMMIT was under way may the work have been done.
  const isUnknown = error instanceof DualIdError && error.code === 'outcome_unknown';
  if (isReadTimeout(cause)) return isUnknown ? 'all' : 'timeout';
  if (!(cause instanceof DatabaseError)) return 'all';
  if (cause.code === '57014') return 'timeout';
  return ofAll.test(cause.code ?? 'XX') ? 'all' : 'member';
}

function rootOf(error: unknown): unknown {
  return error instanceof DualIdError ? rootOf(error.details.cause) : causeOf(error);
}
