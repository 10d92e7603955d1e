import { DatabaseError } from 'pg';
import { causeOf } from './connection-loss.js';

/** A deadlock, a lock not acquired in time, and a conflict of serializable transactions. */
const statesOfContention: ReadonlySet<unknown> = new Set(['40P01', '55P03', '40001']);

/**
 * PostgreSQL's own errors, which it does not translate. The first is for a row that one transaction
 * updates at the moment in which another that updated it rolls back, while foreign keys refer to
 * it: the one that rolls back is already noted as aborted, and still listed as running. The other
 * is for a row of the catalog that two transactions change, such as the rights of a table.
 */
const lostRowRace =
  /^(?:new multixact has more than one updating member|tuple concurrently (?:updated|deleted)$)/;

/** Whether other transactions were in the way, so that the same work may succeed later. */
export function isContention(error: unknown): boolean {
  const cause = causeOf(error);
  if (!(cause instanceof DatabaseError)) return false;
  return statesOfContention.has(cause.code) || isLostRowRace(cause);
}

/** Whether PostgreSQL failed because two transactions changed a row at the same moment. */
export function isLostRowRace(error: unknown): boolean {
  const cause = causeOf(error);
  return (
    cause instanceof DatabaseError && cause.code === 'XX000' && lostRowRace.test(cause.message)
  );
}
