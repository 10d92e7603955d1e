import type { Appended, Lists } from './checked-feed.js';
import type { WrittenValue } from './feed-writers.js';

/** A number that a consumer was not handed as it should have been. */
export interface FeedFault extends Appended {
  /** Which consumer, counted from 0. */
  readonly consumer: number;
}

/** What `checkFeed` found. */
export interface FeedVerdict {
  /** Whether all lists of faults are empty. */
  readonly isSound: boolean;
  /** Committed, and never handed out, with no newer one to excuse it. */
  readonly lost: readonly FeedFault[];
  /** Handed out twice, or although the snapshot had it. */
  readonly repeated: readonly FeedFault[];
  /** Handed out after a newer one of the same record. */
  readonly stale: readonly FeedFault[];
  /** Handed out, but never committed. */
  readonly unwritten: readonly FeedFault[];
  /** How many numbers were committed, and how often consumers were killed. */
  readonly values: number;
  readonly kills: number;
}

/** What a consumer read, and what it was handed after that, in its order. */
export interface Consumed {
  readonly lists: Lists;
  readonly stored: readonly Appended[];
  readonly kills: number;
}

type FeedFaults = Record<'lost' | 'repeated' | 'stale' | 'unwritten', FeedFault[]>;

/** Compares what consumers were handed with the lists as they are in the end. */
export function judgeFeed(
  lists: Lists,
  written: ReadonlyMap<number, WrittenValue>,
  consumers: readonly Consumed[],
): FeedVerdict {
  const faults: FeedFaults = { lost: [], repeated: [], stale: [], unwritten: [] };
  consumers.forEach((consumed, consumer) => {
    for (const record of new Set([...lists.keys(), ...recordsOf(consumed)])) {
      const list = lists.get(record) ?? [];
      judgeRecord({ record, list, written, consumed, consumer }, faults);
    }
  });
  return {
    isSound: Object.values(faults).every((found) => found.length === 0),
    ...faults,
    values: [...lists.values()].flat().length,
    kills: consumers.reduce((sum, { kills }) => sum + kills, 0),
  };
}

interface RecordOfConsumer {
  readonly record: string;
  readonly list: readonly number[];
  readonly written: ReadonlyMap<number, WrittenValue>;
  readonly consumed: Consumed;
  readonly consumer: number;
}

function judgeRecord(one: RecordOfConsumer, faults: FeedFaults): void {
  const { record, list, consumed, consumer } = one;
  const places = new Map(list.map((value, place) => [value, place]));
  const seen = new Set(consumed.lists.get(record));
  let newest = Math.max(-1, ...[...seen].map((value) => places.get(value) ?? -1));
  for (const { value } of consumed.stored.filter((change) => change.record === record)) {
    const fault = { consumer, record, value };
    const place = places.get(value);
    if (place === undefined) faults.unwritten.push(fault);
    else if (seen.has(value)) faults.repeated.push(fault);
    else if (place < newest) faults.stale.push(fault);
    seen.add(value);
    newest = Math.max(newest, place ?? -1);
  }
  list.forEach((value, place) => {
    if (seen.has(value) || isExcused(one, place, seen)) return;
    faults.lost.push({ consumer, record, value });
  });
}

/**
 * A number may be left out if a newer one of the record was handed out that came first in the feed.
 * That can only be one whose transaction was open before this one's had committed.
 */
function isExcused(
  { list, written }: RecordOfConsumer,
  place: number,
  seen: ReadonlySet<number>,
): boolean {
  const { committedAt } = written.get(list[place]!) ?? { committedAt: Infinity };
  return list
    .slice(place + 1)
    .some((newer) => seen.has(newer) && (written.get(newer)?.begunAt ?? 0) < committedAt);
}

function recordsOf({ stored }: Consumed): readonly string[] {
  return stored.map(({ record }) => record);
}
