import { problem } from '../../../core/errors/problem.js';
import { rangeFault } from '../../../core/errors/query-faults.js';
import { uuidVersionOf } from '../../../core/ids/ids.js';
import { pageLimits } from '../../../core/page/page.js';

/** Which page of a history is asked for. */
export interface HistoryRequest {
  /** 1 to 100; 20 by default. */
  readonly limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  readonly after?: string | undefined;
}

/** How many changes a page has; anything but 1 to 100 is refused with `invalid_query`. */
export function limitOf({ limit = pageLimits.default }: HistoryRequest): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= pageLimits.max) return limit;
  throw refusedParameter('limit', rangeFault(1, pageLimits.max));
}

/** Refuses an actor that is neither a UUID nor null with `invalid_query`. */
export function requireActor(uuid: unknown): void {
  if (uuid === null || uuidVersionOf(String(uuid).toLowerCase()) !== undefined) return;
  throw refusedParameter('actorUuid', 'is neither a UUID nor null');
}

function refusedParameter(parameter: string, detail: string): Error {
  return problem('invalid_query', { errors: [{ parameter, detail }] });
}
