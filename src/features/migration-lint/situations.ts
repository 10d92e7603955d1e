import type { SchemaChange } from './change.js';
import type { Migration } from './migration.js';
import type { Situation } from './rules/rule.js';

/** Every change of a migration with what is known where it happens. */
export function situationsOf(
  { changes, isInTransaction }: Migration,
  postgres: number,
): readonly (readonly [change: SchemaChange, situation: Situation])[] {
  const transactions = transactionsOf(changes, isInTransaction);
  const made = newTables(changes);
  return changes.map((change, at) => {
    const number = transactions[at];
    return [
      change,
      {
        isNew: (table) => table !== undefined && (made.get(table) ?? Infinity) <= at,
        isInTransaction: number !== undefined,
        transaction:
          number === undefined ? [] : changes.filter((_, other) => transactions[other] === number),
        before: changes.slice(0, at),
        after: changes.slice(at + 1),
        postgres,
      },
    ];
  });
}

/** The number of the transaction of each change; undefined outside of one. */
function transactionsOf(
  changes: readonly SchemaChange[],
  isInTransaction: boolean,
): readonly (number | undefined)[] {
  let count = 0;
  let current = isInTransaction ? count : undefined;
  return changes.map(({ kind }) => {
    if (kind === 'begin') current ??= count += 1;
    if (kind === 'commit') current = undefined;
    return current;
  });
}

/** From which change on a table or view is new; under its later name as well. */
function newTables(changes: readonly SchemaChange[]): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const [at, { kind, table, newTable }] of changes.entries()) {
    const isMade = kind === 'create-table' || kind === 'create-view';
    if (isMade && table !== undefined && !made.has(table)) made.set(table, at);
    const isRenamed = kind === 'rename-table' && table !== undefined && made.has(table);
    if (isRenamed && newTable !== undefined) made.set(newTable, at);
  }
  return made;
}
