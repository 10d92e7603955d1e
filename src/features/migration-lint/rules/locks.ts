import type { SchemaChange, SchemaChangeKind } from '../change.js';

/** A lock on a table, from the strongest down. */
export type TableLock =
  'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE' | 'SHARE UPDATE EXCLUSIVE';

const accessExclusive: readonly SchemaChangeKind[] = [
  'drop-table',
  'rename-table',
  'rename-column',
  'add-column',
  'drop-column',
  'recreate-column',
  'change-type',
  'set-not-null',
  'add-not-null',
  'add-check',
  'add-unique',
  'add-primary-key',
  'add-exclusion',
  'drop-constraint',
  'alter-table',
  'truncate',
  'rewrite-table',
  'drop-trigger',
  'lock-table',
];

const shareRowExclusive: readonly SchemaChangeKind[] = [
  'add-foreign-key',
  'create-trigger',
  'disable-triggers',
];

/** The lock that a change takes on its table, until its transaction ends. */
export function lockOf({ kind, traits }: SchemaChange): TableLock | undefined {
  if (accessExclusive.includes(kind)) return 'ACCESS EXCLUSIVE';
  if (shareRowExclusive.includes(kind)) return 'SHARE ROW EXCLUSIVE';
  const isConcurrent = traits.has('concurrently');
  if (kind === 'validate-constraint' || kind === 'attach-partition')
    return 'SHARE UPDATE EXCLUSIVE';
  if (kind === 'create-index') return isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  if (kind === 'reindex') return isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  if (kind === 'drop-index' || kind === 'detach-partition') {
    return isConcurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  }
  if (kind === 'refresh-view') return isConcurrent ? undefined : 'ACCESS EXCLUSIVE';
  return undefined;
}

/** Whether writers wait for a change, and everybody behind it while it waits itself. */
export function stopsWriters(change: SchemaChange): boolean {
  const lock = lockOf(change);
  return lock === 'ACCESS EXCLUSIVE' || lock === 'SHARE ROW EXCLUSIVE';
}
