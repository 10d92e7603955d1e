import { schemaChange } from '../change.js';
import type { SchemaChange } from '../change.js';
import { columnDefinition } from './column.js';
import { known } from './alter-table.js';
import { TokenCursor, inParentheses, commaParts } from './cursor.js';
import type { Name } from './cursor.js';
import type { SqlStatement } from './statements.js';
import type { Token } from './tokens.js';

const notColumns = /^(?:constraint|primary|unique|check|foreign|exclude|like)$/;

/** Reads what follows CREATE. */
export function readCreate(statement: SqlStatement, cursor: TokenCursor): SchemaChange[] {
  const at = statement.source.placeOf(statement.tokens[0]!.start);
  cursor.takes('or replace');
  if (cursor.takes('concurrently')) return [misspeltIndex(cursor, at)];
  const isUnique = cursor.takes('unique');
  if (isUnique && cursor.takes('concurrently')) return [misspeltIndex(cursor, at)];
  if (cursor.takes('index')) return [createIndex(cursor, at, isUnique)];
  const isTemporary = cursor.takes('temporary') || cursor.takes('temp');
  if (!isTemporary) void (cursor.takes('unlogged') || cursor.takes('foreign'));
  if (cursor.takes('table')) return createTable(statement, cursor, at);
  if (cursor.takes('recursive') || cursor.takes('materialized') || cursor.sees('view')) {
    cursor.takes('view');
    cursor.takes('if not exists');
    const view = cursor.takeName();
    return [schemaChange('create-view', at, tableParts(view))];
  }
  cursor.takes('constraint');
  if (cursor.takes('trigger')) return [createTrigger(cursor, at)];
  if (cursor.takes('extension')) {
    const isGuarded = cursor.takes('if not exists');
    const name = cursor.takeName();
    const traits = [isGuarded && ('if-not-exists' as const)];
    return [schemaChange('create-extension', at, { names: known({ name: name?.shown }), traits })];
  }
  return cursor.next?.kind === 'hole' ? [unreadCreate(statement, at)] : [schemaChange('other', at)];
}

function unreadCreate({ source, tokens }: SqlStatement, at: number): SchemaChange {
  return schemaChange('unread', at, { unread: source.shown(tokens[0]!.start, tokens.at(-1)!.end) });
}

/** `CREATE CONCURRENTLY INDEX`, as TypeORM 0.3.18 to 0.3.20 wrote it. */
function misspeltIndex(cursor: TokenCursor, at: number): SchemaChange {
  cursor.takes('index');
  const { names } = createIndex(cursor, at, false);
  return schemaChange('misspelt-concurrently', at, { names });
}

function createIndex(cursor: TokenCursor, at: number, isUnique: boolean): SchemaChange {
  const isConcurrent = cursor.takes('concurrently');
  const isGuarded = cursor.takes('if not exists');
  const name = cursor.sees('on') ? undefined : cursor.takeName();
  // A program may write CONCURRENTLY itself, and the name after it.
  const isUnknown = cursor.next?.kind === 'hole';
  if (isUnknown) cursor.takeName();
  cursor.takes('on');
  cursor.takes('only');
  const table = cursor.takeName();
  return schemaChange('create-index', at, {
    ...tableParts(table, {
      name: name?.last,
      what: isUnique ? 'UNIQUE INDEX' : 'INDEX',
      definition: cursor.restShown,
    }),
    traits: [(isConcurrent || isUnknown) && 'concurrently', isGuarded && 'if-not-exists'],
  });
}

function createTable(statement: SqlStatement, cursor: TokenCursor, at: number): SchemaChange[] {
  cursor.takes('if not exists');
  const table = cursor.takeName();
  const isPartition = cursor.takes('partition of');
  const created = schemaChange('create-table', at, tableParts(table));
  if (isPartition) return [created];
  const parts = commaParts(inParentheses(cursor.rest));
  const keys = parts.flatMap(declaredKey);
  const columns = parts
    .filter(([first]) => !(first?.kind === 'word' && notColumns.test(first.value)))
    .map((tokens) => createdColumn(statement, tokens, table, keys));
  return [created, ...columns];
}

/** The column of PRIMARY KEY (id); a key of several columns is no id. */
function declaredKey(tokens: readonly Token[]): string[] {
  const isKey = /\bprimary key\b/.test(tokens.map(({ value }) => value).join(' '));
  const isClause = tokens[0]?.value === 'primary' || tokens[0]?.value === 'constraint';
  const columns = isKey && isClause ? inParentheses(tokens) : [];
  return columns.length === 1 ? [columns[0]!.value] : [];
}

function createdColumn(
  { source }: SqlStatement,
  tokens: readonly Token[],
  table: Name | undefined,
  keys: readonly string[],
): SchemaChange {
  const cursor = new TokenCursor(source, tokens);
  const column = cursor.takeName();
  const { type, traits } = columnDefinition(cursor.rest);
  const isKey = column !== undefined && keys.includes(column.known);
  return schemaChange('new-column', source.placeOf(tokens[0]!.start), {
    ...tableParts(table, { column: column?.last, what: 'TABLE' }),
    type,
    traits: [...traits, isKey && 'primary-key'],
  });
}

function createTrigger(cursor: TokenCursor, at: number): SchemaChange {
  const name = cursor.takeName();
  cursor.skipsTo('on');
  cursor.takes('on');
  return schemaChange('create-trigger', at, tableParts(cursor.takeName(), { name: name?.last }));
}

/** The table of a change, with other names. */
export function tableParts(
  table: Name | undefined,
  names: Readonly<Record<string, string | undefined>> = {},
): Pick<SchemaChange, 'names'> & { readonly table?: string } {
  return {
    names: known({ table: table?.shown, ...names }),
    ...(table ? { table: table.known } : {}),
  };
}
