import { schemaChange, startingAt } from '../change.js';
import type { SchemaChange, SchemaChangeKind, ChangeParts } from '../change.js';
import { isPlainObject, knownName, oneOrMany, nameIn, shownName, textIn } from './call-values.js';
import type { Argument } from './plain-value.js';
import { definitionIn } from './definitions.js';
import { columnAdded, tableCreated } from './table-calls.js';

/** A call of a method of QueryRunner. */
export interface RunnerCall {
  readonly method: string;
  readonly at: number;
  readonly given: readonly Argument[];
}

/** What a method of QueryRunner changes. */
type Meaning = (call: RunnerCall) => SchemaChange[];

/** Makes a change of the table that the first argument names. */
function onTable(
  kind: SchemaChangeKind,
  { at, given }: RunnerCall,
  parts: ChangeParts = {},
): SchemaChange {
  const [table] = given;
  return schemaChange(kind, at, {
    table: knownName(table),
    ...parts,
    names: { table: shownName(table), ...parts.names },
  });
}

/** A change for each constraint or index that the second argument lists. */
const constraints =
  (kind: SchemaChangeKind): Meaning =>
  (call) =>
    oneOrMany(call.given[1]?.value).map((value) =>
      onTable(kind, call, {
        names: { ...nameIn(value), ...definitionIn(kind, value) },
        traits: [isPlainObject(value) && value['isConcurrent'] === true && 'concurrently'],
      }),
    );

const dropsColumns: Meaning = (call) =>
  oneOrMany(call.given[1]?.value).map((value) =>
    onTable('drop-column', call, {
      names: { column: textIn(value) ?? shownName(call.given[1]) },
    }),
  );

const addsColumns: Meaning = (call) =>
  oneOrMany(call.given[1]?.value).flatMap((column) => columnAdded(call, column));

const altersTable: Meaning = (call) => [onTable('alter-table', call)];
const dropsConstraint: Meaning = (call) => [onTable('drop-constraint', call)];
const dropsIndexes: Meaning = (call) =>
  oneOrMany(call.given[1]?.value).map((value) =>
    onTable('drop-index', call, {
      names: { name: textIn(value) ?? shownName(call.given[1]) },
      traits: [isPlainObject(value) && value['isConcurrent'] === true && 'concurrently'],
    }),
  );

const renamesColumn: Meaning = (call) => {
  const [, from, to] = call.given;
  const names = { column: shownName(from), newName: textIn(to?.value) ?? shownName(to) };
  return [onTable(isPlainObject(to?.value) ? 'recreate-column' : 'rename-column', call, { names })];
};

const recreatesColumn: Meaning = (call) => [
  onTable('recreate-column', call, { names: { column: shownName(call.given[1]) } }),
];

const runnerMethods: Readonly<Record<string, Meaning>> = {
  createTable: tableCreated,
  dropTable: (call) => [onTable('drop-table', call)],
  renameTable: (call) => [
    onTable('rename-table', call, {
      names: { newName: shownName(call.given[1]) },
      newTable: knownName(call.given[1]),
    }),
  ],
  clearTable: (call) => [onTable('truncate', call)],
  clearDatabase: ({ at }) => [schemaChange('drop-schema', at, { traits: ['cascade'] })],
  dropSchema: ({ at, given }) => [
    schemaChange('drop-schema', at, {
      names: { name: shownName(given[0]) },
      traits: [given[2]?.value === true && 'cascade'],
    }),
  ],
  addColumn: addsColumns,
  addColumns: addsColumns,
  dropColumn: dropsColumns,
  dropColumns: dropsColumns,
  renameColumn: renamesColumn,
  changeColumn: recreatesColumn,
  changeColumns: recreatesColumn,
  createPrimaryKey: (call) => [onTable('add-primary-key', call)],
  updatePrimaryKeys: (call) => [onTable('add-primary-key', call)],
  dropPrimaryKey: dropsConstraint,
  createUniqueConstraint: constraints('add-unique'),
  createUniqueConstraints: constraints('add-unique'),
  dropUniqueConstraint: dropsConstraint,
  dropUniqueConstraints: dropsConstraint,
  createCheckConstraint: constraints('add-check'),
  createCheckConstraints: constraints('add-check'),
  dropCheckConstraint: dropsConstraint,
  dropCheckConstraints: dropsConstraint,
  createExclusionConstraint: constraints('add-exclusion'),
  createExclusionConstraints: constraints('add-exclusion'),
  dropExclusionConstraint: dropsConstraint,
  dropExclusionConstraints: dropsConstraint,
  createForeignKey: constraints('add-foreign-key'),
  createForeignKeys: constraints('add-foreign-key'),
  dropForeignKey: dropsConstraint,
  dropForeignKeys: dropsConstraint,
  createIndex: constraints('create-index'),
  createIndices: constraints('create-index'),
  createViewIndex: constraints('create-index'),
  createViewIndices: constraints('create-index'),
  dropIndex: dropsIndexes,
  dropIndices: dropsIndexes,
  dropViewIndex: dropsIndexes,
  changeTableComment: altersTable,
  startTransaction: ({ at }) => [schemaChange('begin', at)],
  commitTransaction: ({ at }) => [schemaChange('commit', at)],
  rollbackTransaction: ({ at }) => [schemaChange('commit', at)],
  createView: ({ at }) => [schemaChange('create-view', at)],
};

/** What a call of QueryRunner changes; nothing if it only reads. */
export function callChanges(call: RunnerCall): SchemaChange[] {
  const changes = Object.hasOwn(runnerMethods, call.method)
    ? runnerMethods[call.method]!(call)
    : [];
  return changes.map((change) => startingAt(change, call.at));
}
