import { schemaChange } from '../change.js';
import type { SchemaChange, SchemaChangeKind, ChangeParts } from '../change.js';
import { known } from './alter-table.js';
import { tableParts } from './create.js';
import type { TokenCursor } from './cursor.js';
import { hasWords, isSymbolToken, isWordToken } from './cursor.js';
import type { Token } from './tokens.js';

/** Reads a statement after its first word. */
export type StatementReader = (cursor: TokenCursor, at: number) => SchemaChange[];

const droppedKinds: Readonly<Record<string, SchemaChangeKind>> = {
  table: 'drop-table',
  index: 'drop-index',
  schema: 'drop-schema',
  trigger: 'drop-trigger',
};

/** DROP TABLE, INDEX, SCHEMA and others. */
export const readDrop: StatementReader = (cursor, at) => {
  void (cursor.takes('foreign') || cursor.takes('materialized'));
  const what = cursor.next?.value ?? '';
  const kind = (Object.hasOwn(droppedKinds, what) && droppedKinds[what]) || 'other';
  cursor.skip();
  // TypeORM 0.3.18 to 0.3.20 left out the space before a quoted name, which PostgreSQL accepts.
  const isConcurrent = cursor.takes('concurrently');
  cursor.takes('if exists');
  const name = cursor.takeName();
  const isCascade = hasWords(cursor.rest, 'cascade');
  if (kind === 'drop-trigger') {
    cursor.takes('on');
    return [schemaChange(kind, at, tableParts(cursor.takeName(), { name: name?.shown }))];
  }
  const isTable = kind === 'drop-table';
  return [
    schemaChange(kind === 'other' && isCascade ? 'drop-schema' : kind, at, {
      ...tableParts(isTable ? name : undefined, { name: name?.shown }),
      traits: [isConcurrent && 'concurrently', isCascade && 'cascade'],
    }),
  ];
};

/** TRUNCATE a, b: one change for each table. */
export const readTruncate: StatementReader = (cursor, at) => {
  cursor.takes('table');
  const changes: SchemaChange[] = [];
  do {
    cursor.takes('only');
    changes.push(schemaChange('truncate', at, tableParts(cursor.takeName())));
    if (cursor.next?.value === '*') cursor.skip();
  } while (isSymbolToken(cursor.next, ',') && (cursor.skip(), true));
  return changes;
};

/** REINDEX and REFRESH MATERIALIZED VIEW, each with or without CONCURRENTLY. */
export const readReindex: StatementReader = (cursor, at) => {
  const isConcurrent = cursor.rest.some((token) => isWordToken(token, 'concurrently'));
  skipOptions(cursor);
  const what = cursor.next?.value ?? '';
  cursor.skip();
  cursor.takes('concurrently');
  const name = cursor.takeName();
  const isTable = what === 'table';
  return [
    schemaChange('reindex', at, {
      ...tableParts(isTable ? name : undefined, {
        name: `${what.toUpperCase()} ${name?.shown ?? ''}`,
      }),
      traits: [isConcurrent && 'concurrently'],
    }),
  ];
};

export const readRefresh: StatementReader = (cursor, at) => {
  cursor.takes('materialized view');
  const isConcurrent = cursor.takes('concurrently');
  const view = cursor.takeName();
  const isEmptied = hasWords(cursor.rest, 'with no data');
  return [
    schemaChange(isEmptied ? 'other' : 'refresh-view', at, {
      ...tableParts(view, { name: view?.shown }),
      traits: [isConcurrent && 'concurrently'],
    }),
  ];
};

/** CLUSTER rewrites a table, and so does VACUUM FULL. */
export const readCluster: StatementReader = (cursor, at) => {
  skipOptions(cursor);
  cursor.takes('verbose');
  return [schemaChange('rewrite-table', at, tableParts(cursor.takeName()))];
};

export const readVacuum: StatementReader = (cursor, at) => {
  const isFull = cursor.rest.some((token) => isWordToken(token, 'full'));
  skipOptions(cursor);
  while (['full', 'freeze', 'verbose', 'analyze'].some((word) => cursor.takes(word)));
  return [schemaChange(isFull ? 'rewrite-table' : 'other', at, tableParts(cursor.takeName()))];
};

function skipOptions(cursor: TokenCursor): void {
  if (!isSymbolToken(cursor.next, '(')) return;
  while (cursor.next && !isSymbolToken(cursor.next, ')')) cursor.skip();
  cursor.skip();
}

export const readUpdate: StatementReader = (cursor, at) => {
  cursor.takes('only');
  const table = cursor.takeName();
  const change = cursor.skipsTo('set') ? cursor.rest : [];
  const end = change.findIndex((token) =>
    ['where', 'from'].some((word) => isWordToken(token, word)),
  );
  const assigned = end === -1 ? change : change.slice(0, end);
  const names = { definition: cursor.shown(assigned), column: cursor.shown(assigned.slice(1, 2)) };
  return [rowsChanged(cursor, at, tableParts(table, { what: 'UPDATE', ...names }))];
};

export const readDelete: StatementReader = (cursor, at) => {
  cursor.takes('from');
  cursor.takes('only');
  const table = cursor.takeName();
  return [rowsChanged(cursor, at, tableParts(table, { what: 'DELETE' }))];
};

function rowsChanged(cursor: TokenCursor, at: number, parts: ChangeParts): SchemaChange {
  const hasWhere = hasWords(cursor.rest, 'where');
  return schemaChange('change-rows', at, { ...parts, traits: [hasWhere && 'where'] });
}

/** SET lock_timeout and SET session_replication_role. */
export const readSet: StatementReader = (cursor, at) => {
  const isLocal = cursor.takes('local');
  cursor.takes('session');
  if (cursor.sees('lock_timeout')) {
    const isOff = cursor.rest.some(
      ({ value }) => value === 'default' || /^0+(?:m?s)?$/.test(value),
    );
    return [
      schemaChange(isOff ? 'other' : 'set-lock-timeout', at, { traits: [isLocal && 'local'] }),
    ];
  }
  const isReplica =
    cursor.sees('session_replication_role') &&
    cursor.rest.some(({ value }) => value.toLowerCase() === 'replica');
  return [schemaChange(isReplica ? 'disable-triggers' : 'other', at)];
};

/** A query is read only for the functions that concern locks. */
export const readSelect: StatementReader = (cursor, at) => {
  const { rest } = cursor;
  const calls = (pattern: RegExp) =>
    rest.some((token, index) => pattern.test(token.value) && isSymbolToken(rest[index + 1], '('));
  if (calls(/^pg_advisory_(?:xact_)?lock(?:_shared)?$/)) return [schemaChange('advisory-lock', at)];
  const setting = rest.find(({ kind }) => kind === 'string')?.value;
  if (!calls(/^set_config$/) || setting !== 'lock_timeout') return [schemaChange('other', at)];
  const isLocal = rest.some((token) => isWordToken(token, 'true'));
  return [schemaChange('set-lock-timeout', at, { traits: [isLocal && 'local'] })];
};

/** ALTER TYPE … ADD VALUE, ALTER SCHEMA … RENAME. */
export const readAlterType: StatementReader = (cursor, at) => {
  const name = cursor.takeName();
  if (!cursor.takes('add value')) return [schemaChange('other', at)];
  cursor.takes('if not exists');
  const value = cursor.next?.kind === 'string' ? cursor.next.value : undefined;
  return [
    schemaChange('add-enum-value', at, {
      names: known({ name: name?.shown, newName: value }),
      strings: value === undefined ? [] : [value],
    }),
  ];
};

export const readAlterSchema: StatementReader = (cursor, at) => {
  const name = cursor.takeName();
  if (!cursor.takes('rename to')) return [schemaChange('other', at)];
  const names = known({ name: name?.shown, newName: cursor.takeName()?.shown });
  return [schemaChange('rename-schema', at, { names })];
};

export const readLock: StatementReader = (cursor, at) => {
  cursor.takes('table');
  cursor.takes('only');
  return [schemaChange('lock-table', at, tableParts(cursor.takeName()))];
};

/** The strings of a statement, where a value of an enum may be used. */
export function stringsOf(tokens: readonly Token[]): readonly string[] {
  return tokens.filter(({ kind }) => kind === 'string').map(({ value }) => value);
}
