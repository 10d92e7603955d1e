import { DatabaseError } from 'pg';

/** When a connection was lost: before its statement reached the server, or perhaps after. */
export type Loss = 'unsent' | 'sent';

const networkFailure = /^(?:ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/;
/** The driver's own errors about connections have no code. */
const connectionFailure =
  /connection terminated|not queryable|pool after calling end|timeout exceeded when trying to connect|query read timeout/i;
const unsentFailure = /not queryable|pool after calling end|trying to connect|connection timeout/i;

/** States in which the server ends the connection: shutdowns, crashes and its own time limits. */
const endingState = /^(?:08|57P0[1-5]|25P03|25P04)/;
/** Of those, the ones that come in place of a statement which therefore never ran. */
const unsentState = /^(?:57P03|25P03|25P04|53300)/;

const unsent = Symbol('nest-dual-id:unsent');

/** Marks the error of a connection that could not be had, so that no statement was sent on it. */
export function markUnsent(error: unknown): unknown {
  return Object.assign(error as Error, { [unsent]: true });
}

/** Whether an error means that a connection was lost, and if so, when. */
export function lossOf(error: unknown): Loss | undefined {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const isLoss =
    error instanceof DatabaseError
      ? endingState.test(String(code)) || code === '53300'
      : networkFailure.test(String(code)) || connectionFailure.test(String(message));
  if (!isLoss) return undefined;
  const isUnsent =
    (error as { [unsent]?: true })[unsent] === true ||
    (error instanceof DatabaseError
      ? unsentState.test(String(code))
      : unsentFailure.test(String(message)));
  return isUnsent ? 'unsent' : 'sent';
}

/** Whether every connection of the pool was taken for too long. */
export function isWaitForPool(error: unknown): boolean {
  return /timeout exceeded when trying to connect/i.test(String((error as Error | null)?.message));
}

/** TypeORM wraps the driver's error. */
export function causeOf(error: unknown): unknown {
  return (error as { driverError?: unknown } | null)?.driverError ?? error;
}
