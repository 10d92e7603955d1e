import { schemaChange } from '../change.js';
import type { SchemaChange, SchemaChangeKind, ChangeParts } from '../change.js';
import { columnDefinition } from './column.js';
import { TokenCursor, hasWords, commaParts } from './cursor.js';
import type { Name } from './cursor.js';
import type { SqlStatement } from './statements.js';
import type { Token } from './tokens.js';

/** An action of ALTER TABLE, and the table that it changes. */
interface TableAction {
  readonly cursor: TokenCursor;
  readonly tokens: readonly Token[];
  readonly at: number;
  readonly table: Name;
}

/** Reads what follows ALTER TABLE. */
export function readAlterTable({ source }: SqlStatement, cursor: TokenCursor): SchemaChange[] {
  cursor.takes('if exists');
  cursor.takes('only');
  const table = cursor.takeName();
  if (!table) return [];
  if (cursor.next?.value === '*') cursor.skip();
  return commaParts(cursor.rest).flatMap((tokens) => {
    const action = {
      cursor: new TokenCursor(source, tokens),
      tokens,
      at: source.placeOf(tokens[0]!.start),
      table,
    };
    if (tokens[0]!.kind === 'hole') return [unreadAction(action)];
    return actionChanges(action);
  });
}

function unreadAction({ cursor, tokens, at, table }: TableAction): SchemaChange {
  const unread = cursor.source.shown(tokens[0]!.start, tokens.at(-1)!.end);
  return schemaChange('unread', at, { unread, table: table.known });
}

function actionChanges(action: TableAction): SchemaChange[] {
  const { cursor } = action;
  if (cursor.takes('add')) return added(action);
  if (cursor.takes('drop')) return [readDropped(action)];
  if (cursor.takes('alter')) return [columnAltered(action)];
  if (cursor.takes('rename')) return [renamed(action)];
  if (cursor.takes('validate constraint')) {
    return [made(action, 'validate-constraint', { names: nextName(cursor) })];
  }
  if (cursor.takes('disable trigger')) return [made(action, 'disable-triggers')];
  if (cursor.takes('attach partition')) {
    const partition = cursor.takeName();
    return [
      made(action, 'attach-partition', {
        names: partition ? { name: partition.shown } : {},
        ...(partition ? { newTable: partition.known } : {}),
      }),
    ];
  }
  if (cursor.takes('detach partition')) {
    const traits = [hasWords(cursor.rest, 'concurrently') && ('concurrently' as const)];
    return [made(action, 'detach-partition', { names: nextName(cursor), traits })];
  }
  return [readSetAction(action)];
}

function readSetAction(action: TableAction): SchemaChange {
  const { cursor } = action;
  if (cursor.takes('set schema')) return made(action, 'rename-table');
  const rewrites = ['set logged', 'set unlogged', 'set tablespace', 'set access method'];
  return made(
    action,
    rewrites.some((words) => cursor.sees(words)) ? 'rewrite-table' : 'alter-table',
  );
}

function added(action: TableAction): SchemaChange[] {
  const { cursor, tokens } = action;
  const isNamed = cursor.takes('constraint');
  const name = isNamed ? nextName(cursor) : {};
  const definition = cursor.restShown;
  const constraint = constraintKind(cursor);
  if (constraint) {
    const traits = [
      hasWords(tokens, 'not valid') && ('not-valid' as const),
      hasWords(tokens, 'using index') && ('using-index' as const),
    ];
    const isIndexed = constraint === 'add-unique' || constraint === 'add-primary-key';
    const names = known({
      column: constraint === 'add-not-null' ? cursor.takeName()?.shown : undefined,
      definition: isIndexed ? cursor.restShown : definition?.replace(/\s+not\s+valid$/i, ''),
    });
    return [made(action, constraint, { names: { ...name, ...names }, traits })];
  }
  return columnAddition(action);
}

function columnAddition(action: TableAction): SchemaChange[] {
  const { cursor } = action;
  cursor.takes('column');
  const isGuarded = cursor.takes('if not exists');
  const column = cursor.takeName();
  if (!column) return [unreadAction(action)];
  const definition = columnDefinition(cursor.rest);
  const names = {
    column: column.last,
    ...known({ type: cursor.shown(definition.typeTokens), value: cursor.shown(definition.value) }),
  };
  return [
    made(action, 'add-column', {
      names,
      type: definition.type,
      traits: [...definition.traits, isGuarded && 'if-not-exists'],
    }),
    ...inlineConstraints(cursor.rest, definition.traits.includes('default')).map(
      ([kind, unscanned]) => made(action, kind, { names, traits: [unscanned && 'unscanned'] }),
    ),
  ];
}

function constraintKind(cursor: TokenCursor): SchemaChangeKind | undefined {
  if (cursor.takes('foreign key')) return 'add-foreign-key';
  if (cursor.takes('check')) return 'add-check';
  if (cursor.takes('unique')) return 'add-unique';
  if (cursor.takes('primary key')) return 'add-primary-key';
  if (cursor.takes('exclude')) return 'add-exclusion';
  if (cursor.takes('not null')) return 'add-not-null';
  return undefined;
}

/** The constraints of a new column. PostgreSQL checks no reference of a column that is null. */
function inlineConstraints(
  clauses: readonly Token[],
  hasDefault: boolean,
): [kind: SchemaChangeKind, isUnscanned: boolean][] {
  const found: [SchemaChangeKind, boolean][] = [];
  if (hasWords(clauses, 'references')) found.push(['add-foreign-key', !hasDefault]);
  if (hasWords(clauses, 'check')) found.push(['add-check', false]);
  if (hasWords(clauses, 'unique')) found.push(['add-unique', false]);
  if (hasWords(clauses, 'primary key')) found.push(['add-primary-key', false]);
  return found;
}

function readDropped(action: TableAction): SchemaChange {
  const { cursor, tokens } = action;
  const kind = cursor.takes('constraint') ? 'drop-constraint' : 'drop-column';
  if (kind === 'drop-column') cursor.takes('column');
  cursor.takes('if exists');
  const name = cursor.takeName();
  const traits = [hasWords(tokens, 'cascade') && ('cascade' as const)];
  const names = known({ [kind === 'drop-column' ? 'column' : 'name']: name?.last });
  return made(action, kind, { names, traits });
}

function columnAltered(action: TableAction): SchemaChange {
  const { cursor } = action;
  // ALTER CONSTRAINT has a name of its own to change.
  if (cursor.takes('constraint')) return made(action, 'alter-table');
  cursor.takes('column');
  const column = cursor.takeName();
  const names = known({ column: column?.last });
  if (cursor.takes('set data type') || cursor.takes('type')) {
    const { type, typeTokens } = columnDefinition(cursor.rest);
    const shown = known({ type: cursor.shown(typeTokens) });
    return made(action, 'change-type', { names: { ...names, ...shown }, type });
  }
  if (cursor.takes('set not null')) return made(action, 'set-not-null', { names });
  return made(action, 'alter-table', { names });
}

function renamed(action: TableAction): SchemaChange {
  const { cursor } = action;
  if (cursor.takes('constraint')) return made(action, 'alter-table');
  if (cursor.takes('to')) {
    const to = cursor.takeName();
    return made(action, 'rename-table', {
      names: known({ newName: to?.shown }),
      ...(to ? { newTable: to.known } : {}),
    });
  }
  cursor.takes('column');
  const column = cursor.takeName();
  cursor.takes('to');
  return made(action, 'rename-column', {
    names: known({ column: column?.last, newName: cursor.takeName()?.last }),
  });
}

function made(
  { at, table }: TableAction,
  kind: SchemaChangeKind,
  parts: ChangeParts = {},
): SchemaChange {
  return schemaChange(kind, at, {
    table: table.known,
    ...parts,
    names: { table: table.shown, ...parts.names },
  });
}

function nextName(cursor: TokenCursor): { name?: string } {
  return known({ name: cursor.takeName()?.last });
}

/** The same names without those that are missing. */
export function known<Key extends string>(
  names: Readonly<Record<Key, string | undefined>>,
): Partial<Record<Key, string>> {
  const entries = Object.entries(names).filter(([, name]) => name !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Key, string>>;
}
