import type { LoggedGround } from './dml-ground.js';

/** A row by its columns. */
export type Row = Readonly<Record<string, unknown>>;
/** What is in the tables, by table and key. */
export type Contents = ReadonlyMap<string, { readonly of: LoggedGround; readonly row: Row }>;
/** A change as the log should have it. */
export interface Change {
  readonly table: string;
  readonly operation: string;
  readonly record: string | null;
  readonly related: string | null;
  readonly key: Row | null;
  readonly old: Row | null;
  readonly new: Row | null;
}

/** The changes that make one of the contents of the other. */
export function differences(before: Contents, after: Contents, truncated: readonly string[] = []) {
  const found: Change[] = truncated.map((table) => ({ ...nothing, table, operation: 'T' }));
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    const { of } = (was ?? is)!;
    if (truncated.includes(of.table)) continue;
    const change = changeOf(of, was?.row, is?.row);
    if (change !== undefined) found.push(change);
  }
  return found;
}

/** A change of no row. */
export const nothing = { record: null, related: null, key: null, old: null, new: null };

function changeOf(of: LoggedGround, was?: Row, is?: Row): Change | undefined {
  const base = { ...nameOf(of, (was ?? is)!), ...nothing, ...nameOf(of, (is ?? was)!) };
  if (was === undefined) return { ...base, operation: 'I', new: imageOf(of, without(of, is!)) };
  if (is === undefined) return { ...base, operation: 'D', old: imageOf(of, without(of, was)) };
  const changed = Object.keys(without(of, is)).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  );
  if (changed.length === 0) return undefined;
  const part = (row: Row) => Object.fromEntries(changed.map((name) => [name, row[name]]));
  const after = of.keep === 'rows' ? without(of, is) : part(is);
  return { ...base, operation: 'U', old: imageOf(of, part(was)), new: imageOf(of, after) };
}

/** How the log names a row. */
export function nameOf(
  of: LoggedGround,
  row: Row,
): Pick<Change, 'table' | 'record' | 'related' | 'key'> {
  const [record, ...rest] = of.key.filter((name) => name !== of.related);
  return {
    table: of.table,
    record: String(row[record!]),
    related: of.related === undefined ? null : String(row[of.related]),
    key: rest.length === 0 ? null : Object.fromEntries(rest.map((name) => [name, row[name]])),
  };
}

/** A row without its ignored columns. */
export const without = ({ ignore = [] }: LoggedGround, row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !ignore.includes(name)));
/** What the log shows of a row. */
export function imageOf({ keep, redact = [] }: LoggedGround, row: Row): Row | null {
  if (keep === 'ids') return null;
  const hidden = (name: string) => redact.includes(name) && row[name] !== null;
  return Object.fromEntries(
    Object.keys(row).map((name) => [name, hidden(name) ? '***' : row[name]]),
  );
}
