import type { Knowledge } from './state.js';
import type { Recorded } from './shown-image.js';

/** What happened to an entity; a `batch` may have changed it without leaving an image. */
export type HistoryOperation = 'created' | 'changed' | 'deleted' | 'batch';

/** A state of an entity, and the time through which it lasted: until `validTo`, which is excluded. */
export interface StateAt<V> {
  readonly knowledge: Knowledge;
  /** The values where they are `known`, else null. */
  readonly value: Recorded<V> | null;
  /** Null where the log does not know since when. */
  readonly validFrom: Date | null;
  /** Null for the current state. */
  readonly validTo: Date | null;
  /** Names the change that led to this state; a revert takes it. Null where there is none. */
  readonly version: string | null;
}

/** A change of an entity, and the state it led to. */
export interface Version<V> extends StateAt<V> {
  readonly validFrom: Date;
  readonly version: string;
  readonly operation: HistoryOperation;
  /** Who did it; null for raw SQL. */
  readonly actorUuid: string | null;
  /** What the changed properties were before; null where no image tells. */
  readonly before: Partial<Recorded<V>> | null;
  /** What the changed properties were after; null where no image tells. */
  readonly after: Partial<Recorded<V>> | null;
}

const historyOperations: Readonly<Record<string, HistoryOperation>> = {
  I: 'created',
  U: 'changed',
  D: 'deleted',
  T: 'deleted',
};

/** The word for an operation of the log. A soft deletion is an update there. */
export function wordOfOperation(logged: string, knowledge?: Knowledge): HistoryOperation {
  if (logged === 'U' && knowledge === 'absent') return 'deleted';
  return historyOperations[logged] ?? 'batch';
}
