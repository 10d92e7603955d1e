import { problem } from '../../../core/errors/problem.js';

/** A place in the log: what comes before it has been read, what comes after it has not. */
export interface Position {
  /** The cluster whose transaction ids it counts in. */
  readonly epoch: number;
  readonly transaction: string;
  readonly change: string;
  /** The highest change id that was handed out before it. */
  readonly highest: string;
  /** The last change that was handed out, by which a database that was set back is noticed. */
  readonly anchor: Anchor | null;
  /** The snapshot whose rows were read: its changes are not handed out again. */
  readonly seen: string | null;
  /**
   * Partitions that retention had dropped before the snapshot, by the number of their last change,
   * as far as transactions after this place wrote to them. The snapshot saw all that was in them.
   */
  readonly dropped: readonly string[];
}

/** A change that was handed out: transaction, number and time in milliseconds. */
export type Anchor = readonly [transaction: string, change: string, milliseconds: number];

const offsetFormat = 1;
const logNumber = /^\d{1,20}$/;
const snapshot = /^\d{1,20}:\d{1,20}:(?:\d{1,20}(?:,\d{1,20})*)?$/;

/** The offset as it is stored and handed out, an opaque text. */
export function offsetOf(position: Position): string {
  const { epoch, transaction, change, highest, anchor, seen, dropped } = position;
  const parts = [offsetFormat, epoch, transaction, change, highest, anchor, seen, dropped];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads an offset; anything else is refused with `invalid_offset`. */
export function positionOf(offset: string): Position {
  const parts = decodedOffset(offset);
  if (!isOffset(parts)) throw problem('invalid_offset');
  const [, epoch, transaction, change, highest, anchor, seen, dropped] = parts;
  return { epoch, transaction, change, highest, anchor, seen, dropped };
}

type OffsetParts = [number, number, string, string, string, Anchor | null, string | null, string[]];

function decodedOffset(offset: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(String(offset), 'base64url').toString());
  } catch {
    return undefined;
  }
}

function isOffset(parts: unknown): parts is OffsetParts {
  if (!Array.isArray(parts) || parts.length !== 8 || parts[0] !== offsetFormat) return false;
  const [, epoch, transaction, change, highest, anchor, seen, dropped] = parts as unknown[];
  return (
    Number.isSafeInteger(epoch) &&
    [transaction, change, highest].every(isNumber) &&
    (anchor === null || isAnchor(anchor)) &&
    (seen === null || (typeof seen === 'string' && snapshot.test(seen))) &&
    Array.isArray(dropped) &&
    dropped.every(isNumber)
  );
}

function isAnchor(anchor: unknown): boolean {
  if (!Array.isArray(anchor) || anchor.length !== 3) return false;
  return isNumber(anchor[0]) && isNumber(anchor[1]) && Number.isSafeInteger(anchor[2]);
}

const isNumber = (text: unknown) => typeof text === 'string' && logNumber.test(text);

/** Whether one number of the log, as text, is above another. */
export function isAbove(one: string, other: string): boolean {
  return one.length === other.length ? one > other : one.length > other.length;
}

/** The number after a transaction's. */
export function following(transaction: string): string {
  return String(BigInt(transaction) + 1n);
}

/** Whether every transaction from here on began after a snapshot, which sees none of them. */
export function isSeenOver(seen: string, { transaction }: Pick<Position, 'transaction'>): boolean {
  return !isAbove(seen.split(':')[1]!, transaction);
}
