import type { DataSource } from 'typeorm';
import type { Statement } from './statement.js';

type Listener = (text: string) => void;

const listeners = new WeakMap<DataSource, Listener[]>();

/** Lock statements use the same word, but delete nothing. */
const ending =
  /(?<!\bFOR\s+(?:NO\s+KEY\s+)?)\bUPDATE\b|\b(?:DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|CALL|DO(?!\s+NOTHING))\b/i;

/** Calls back with each committed application statement that may delete or move rows. */
export function onSqlWrite(dataSource: DataSource, listener: Listener): void {
  const known = listeners.get(dataSource);
  if (known) known.push(listener);
  else listeners.set(dataSource, [listener]);
}

/** Whether listeners are notified of a statement. */
export function isObserved({ isOwn, mayWrite, text }: Statement): boolean {
  return mayWrite && isOwn !== true && ending.test(text);
}

/** Notifies them of a committed one. */
export function notifySqlWrite(dataSource: DataSource, { text }: Statement): void {
  for (const listener of listeners.get(dataSource) ?? []) listener(text);
}
