import { schemaChange, startingAt, withTrait } from '../change.js';
import type { SchemaChange } from '../change.js';
import { SqlText } from '../source-text.js';
import { readAlterTable } from './alter-table.js';
import { readCreate } from './create.js';
import { TokenCursor, depthChange, isWordToken } from './cursor.js';
import { blockChanges } from './block.js';
import * as read from './other-statements.js';
import { statementsOf } from './statements.js';
import type { SqlStatement } from './statements.js';

/** The changes of a file whose statements run one by one. */
export function changesInSql(source: SqlText): SchemaChange[] {
  return statementsOf(source).flatMap(changesOf);
}

/** The changes of one query, whose statements share a transaction if there are several. */
export function changesInQuery(source: SqlText): SchemaChange[] {
  const statements = statementsOf(source);
  const changes = statements.flatMap(changesOf);
  if (statements.length < 2) return changes;
  return changes.map((change) => withTrait(change, 'batched'));
}

/** The changes of one statement. */
export function changesOf(statement: SqlStatement): SchemaChange[] {
  const { source, tokens } = statement;
  const first = tokens[0]!;
  const at = source.placeOf(first.start);
  const broken = tokens.find(({ kind }) => kind === 'unclosed');
  if (broken) {
    const unread = `a ${broken.value} that is not closed`;
    return [schemaChange('unread', source.placeOf(broken.start), { unread })];
  }
  if (first.kind === 'hole') return [unreadStatement(statement, at)];
  const strings = read.stringsOf(tokens);
  return statementChanges(statement, at)
    .map((change) => (change.strings.length > 0 ? change : withStrings(change, strings)))
    .map((change) => startingAt(change, at));
}

function withStrings(change: SchemaChange, strings: readonly string[]): SchemaChange {
  return { ...change, strings };
}

function unreadStatement({ source, tokens }: SqlStatement, at: number): SchemaChange {
  const shown = source.shown(tokens[0]!.start, tokens.at(-1)!.end);
  return schemaChange('unread', at, { unread: shown });
}

const readers: Readonly<Record<string, read.StatementReader>> = {
  drop: read.readDrop,
  truncate: read.readTruncate,
  reindex: read.readReindex,
  refresh: read.readRefresh,
  cluster: read.readCluster,
  vacuum: read.readVacuum,
  update: read.readUpdate,
  delete: read.readDelete,
  set: read.readSet,
  select: read.readSelect,
  lock: read.readLock,
  begin: (_, at) => [schemaChange('begin', at)],
  start: (_, at) => [schemaChange('begin', at)],
  commit: (_, at) => [schemaChange('commit', at)],
  end: (_, at) => [schemaChange('commit', at)],
  rollback: (_, at) => [schemaChange('commit', at)],
};

function statementChanges(statement: SqlStatement, at: number): SchemaChange[] {
  const cursor = new TokenCursor(statement.source, statement.tokens);
  if (cursor.takes('alter table') || cursor.takes('alter foreign table')) {
    return readAlterTable(statement, cursor);
  }
  if (cursor.takes('alter type')) return read.readAlterType(cursor, at);
  if (cursor.takes('alter schema')) return read.readAlterSchema(cursor, at);
  if (cursor.takes('create')) return readCreate(statement, cursor);
  if (cursor.takes('do')) return blockChanges(statement, changesInSql);
  if (cursor.takes('with')) skipQueries(cursor);
  const word = cursor.next?.value ?? '';
  const reader = Object.hasOwn(readers, word) ? readers[word] : undefined;
  if (!reader || cursor.next?.kind !== 'word') return [schemaChange('other', at)];
  if (cursor.sees('rollback to')) return [schemaChange('other', at)];
  cursor.skip();
  return reader(cursor, at);
}

/** Goes past the queries of WITH to the statement that uses them. */
function skipQueries(cursor: TokenCursor): void {
  for (let depth = 0; cursor.next; cursor.skip()) {
    const isStatement = ['select', 'insert', 'update', 'delete', 'merge'].some((word) =>
      isWordToken(cursor.next, word),
    );
    if (depth === 0 && isStatement) return;
    depth += depthChange(cursor.next);
  }
}
