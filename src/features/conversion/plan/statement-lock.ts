import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { sqlTable } from '../steps/names.js';
import type { Work } from '../steps/step.js';
import type { LockMode, PlannedLock, TablePlace } from './conversion-plan.js';

/** From the weakest to the strongest. */
const lockModes: readonly LockMode[] = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE ROW EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

/** What a conversion may lock. */
interface LockedTables {
  readonly tables: readonly TablePlace[];
  /** The table that its foreign keys refer to, and their names. */
  readonly target: TablePlace;
  readonly foreignKeys: readonly string[];
}

type TablesIn = (text: string) => TablePlace[];

/** The strongest lock that the work of a step takes of each table. */
export function locksOf(work: Work, locked: LockedTables): PlannedLock[] {
  const found = takenBy(work, locked).toSorted(
    (one, other) => lockModes.indexOf(one.mode) - lockModes.indexOf(other.mode),
  );
  return [...new Map(found.map((lock) => [sqlTable(lock.table), lock])).values()];
}

function takenBy(work: Work, locked: LockedTables): PlannedLock[] {
  const named = (text: string) => locked.tables.filter((table) => isNamedIn(text, table));
  switch (work.kind) {
    case 'transaction':
    case 'long': {
      const first = 'locks' in work ? work.locks : [];
      return [
        ...first.map((table): PlannedLock => ({ table, mode: 'ACCESS EXCLUSIVE' })),
        ...work.statements.flatMap((statement) => takenByStatement(statement, locked, named)),
      ];
    }
    case 'index':
      return [{ table: work.table, mode: 'SHARE UPDATE EXCLUSIVE' }];
    case 'drop-index':
      return [];
    case 'batches': {
      const others = named(work.update).filter((table) => sqlTable(table) !== sqlTable(work.table));
      return [
        { table: work.table, mode: 'ROW EXCLUSIVE' },
        ...others.map((table): PlannedLock => ({ table, mode: 'ACCESS SHARE' })),
      ];
    }
    case 'checks':
      return work.checks.flatMap(({ query }) =>
        named(query).map((table): PlannedLock => ({ table, mode: 'ACCESS SHARE' })),
      );
  }
}

function takenByStatement(
  statement: string,
  { target, foreignKeys }: LockedTables,
  named: TablesIn,
) {
  const all = (mode: LockMode) => named(statement).map((table): PlannedLock => ({ table, mode }));
  if (statement.includes('CREATE OR REPLACE FUNCTION') || statement.startsWith('DROP FUNCTION')) {
    return [];
  }
  if (statement.includes('VALIDATE CONSTRAINT')) {
    const refers = foreignKeys.some((name) => statement.endsWith(quoteIdentifier(name)));
    const referred: PlannedLock[] = refers ? [{ table: target, mode: 'ROW SHARE' }] : [];
    return [...referred, ...all('SHARE UPDATE EXCLUSIVE')];
  }
  const isWeak = /ADD CONSTRAINT .*FOREIGN KEY|^CREATE (?:CONSTRAINT )?TRIGGER/s.test(statement);
  if (isWeak) return all('SHARE ROW EXCLUSIVE');
  return all(/ALTER TABLE|DROP TRIGGER/.test(statement) ? 'ACCESS EXCLUSIVE' : 'ACCESS SHARE');
}

function isNamedIn(text: string, table: TablePlace): boolean {
  return text.includes(sqlTable(table));
}
