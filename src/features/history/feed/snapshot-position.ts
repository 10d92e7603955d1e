import { problem } from '../../../core/errors/problem.js';
import type { Position } from './position.js';
import { following, isAbove } from './position.js';

/** What `readSnapshot` returns. */
export type SnapshotRow = readonly [
  snapshot: string,
  epoch: number,
  isHere: boolean,
  transaction: string | null,
  change: string | null,
  milliseconds: number | null,
  dropped: string | null,
  droppedLate: readonly string[],
];

/**
 * The position of just what a snapshot sees. Nothing in it is beyond the last transaction whose
 * changes the snapshot sees: that one is on the disk, while a server that crashes may give the
 * numbers of later ones away again.
 */
export function snapshotPosition(row: SnapshotRow): Position {
  const [snapshot, epoch, isHere, transaction, change, milliseconds, last, dropped] = row;
  if (!isHere) throw problem('cluster_changed');
  const [oldest] = snapshot.split(':') as [string];
  const from = { epoch, change: '0', highest: '0', dropped };
  if (transaction === null) {
    return { ...from, transaction: startOf(oldest, last), anchor: null, seen: null };
  }
  const anchor = [transaction, change!, milliseconds!] as const;
  const end = following(transaction);
  return isAbove(end, oldest)
    ? { ...from, transaction: oldest, anchor, seen: cut(snapshot, end) }
    : { ...from, transaction: end, anchor, seen: null };
}

/** Where a log that has no changes begins: after those that were dropped. */
function startOf(oldest: string, dropped: string | null): string {
  const start = dropped === null ? '0' : following(dropped);
  return isAbove(start, oldest) ? oldest : start;
}

/** A snapshot for which every transaction from this one on is yet to come. */
function cut(snapshot: string, end: string): string {
  const [oldest, , running] = snapshot.split(':') as [string, string, string];
  const open = running.split(',').filter((transaction) => isAbove(end, transaction));
  return `${oldest}:${end}:${open.join(',')}`;
}
