import type { DataSource } from 'typeorm';
import type { Statement } from './statement.js';

type Listener = (text: string) => void;

const listeners = new WeakMap<DataSource, Listener[]>();

/** Locks name the word as well, and end nothing. */
const ending =
  /(?<!\bFOR\s+(?:NO\s+KEY\s+)?)\bUPDATE\b|\b(?:DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|CALL|DO(?!\s+NOTHING))\b/i;

/** Calls back with each committed statement of the application that may delete or move rows. */
export function onSqlWrite(dataSource: DataSource, listener: Listener): void {
  const known = listeners.get(dataSource);
  if (known) known.push(listener);
  else listeners.set(dataSource, [listener]);
}

/** Whether those who listen are told of a statement. */
export function isToldOf({ isOwn, mayWrite, text }: Statement): boolean {
  return mayWrite && isOwn !== true && ending.test(text);
}

/** Tells them of one that is committed. */
export function tellSqlWrite(dataSource: DataSource, { text }: Statement): void {
  for (const listener of listeners.get(dataSource) ?? []) listener(text);
}
