import { DatabaseError } from 'pg';

/** When a connection was lost: before its statement reached the server, or perhaps after. */
export type Loss = 'unsent' | 'sent';

const networkFailure = /^(?:ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/;
/** The driver's own connection errors have no code. */
const connectionFailure =
  /connection terminated|not queryable|pool after calling end|timeout exceeded when trying to connect|query read timeout/i;
const unsentFailure = /not queryable|pool after calling end|trying to connect|connection timeout/i;

/**
 * SQL states with which the server ends the connection: shutdowns, crashes and its own time limits.
 */
const endingState = /^(?:08|57P0[1-5]|25P03|25P04)/;
/** The ones among them that arrive instead of a statement, which therefore never ran. */
const unsentState = /^(?:57P03|25P03|25P04|53300)/;

/** TypeORM's error for a runner whose connection was lost before the statement was sent. */
const releasedRunner = /^QueryRunner(?:Provider)?AlreadyReleasedError$/;

const origin = Symbol('nest-dual-id:origin');

/**
 * Marks an error as one of a database connection. A handler that calls other services throws the
 * same codes for them, which indicate nothing about the database.
 */
export function ofConnection(error: unknown, loss: Loss = 'sent'): unknown {
  const cause = causeOf(error);
  if (cause instanceof Error && !(origin in cause)) {
    Object.defineProperty(cause, origin, { value: loss });
  }
  return error;
}

/** Whether an error means that a connection was lost, and if so, when. */
export function lossOf(error: unknown): Loss | undefined {
  const {
    code,
    message,
    [origin]: marked,
  } = (error ?? {}) as {
    code?: unknown;
    message?: unknown;
    [origin]?: Loss;
  };
  if (releasedRunner.test(String((error as Error | null)?.name))) return 'unsent';
  if (marked === undefined && !(error instanceof DatabaseError)) return undefined;
  const isLoss =
    error instanceof DatabaseError
      ? endingState.test(String(code)) || code === '53300'
      : networkFailure.test(String(code)) || connectionFailure.test(String(message));
  if (!isLoss) return undefined;
  const isUnsent =
    marked === 'unsent' ||
    (error instanceof DatabaseError
      ? unsentState.test(String(code))
      : unsentFailure.test(String(message)));
  return isUnsent ? 'unsent' : 'sent';
}

/** Whether every connection of the pool was in use for too long. */
export function isWaitForPool(error: unknown): boolean {
  return /timeout exceeded when trying to connect/i.test(String((error as Error | null)?.message));
}

/** TypeORM wraps the driver's error. */
export function causeOf(error: unknown): unknown {
  return (error as { driverError?: unknown } | null)?.driverError ?? error;
}
