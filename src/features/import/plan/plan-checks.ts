import { ImportError } from './import-error.js';
import type { FileColumn, ImportColumn, ImportFile } from './import-plan.js';

/** Refuses a plan that cannot work, by the name of what is wrong with it. */
export function checkPlan(files: readonly ImportFile[]): void {
  for (const entry of files) {
    checkKey(entry);
    checkPublicId(entry);
    checkPlaceholders(entry);
    checkSequence(entry);
    for (const [name, column] of Object.entries(entry.columns)) checkColumn(entry, name, column);
  }
}

function checkKey(entry: ImportFile): void {
  const ids = fileColumns(entry).filter((column) => column.type === 'id');
  if (ids.length > 1) refusePlan(entry, 'two columns of type id', 'Keep one of them');
  if (ids.length === 0 && !entry.key?.length) {
    refusePlan(entry, 'no key', 'Give it a column of type id, or name the columns of its `key`');
  }
  for (const name of entry.key ?? []) {
    const column = entry.columns[name];
    if (!column || !('from' in column)) {
      refusePlan(
        entry,
        `the key ${name}, which no header fills`,
        'Map the column, or leave it out',
      );
    }
  }
}

function checkPublicId(entry: ImportFile): void {
  const [column, ...others] = fileColumns(entry).filter(({ type }) => type === 'publicId');
  if (column?.type !== 'publicId') return;
  if (others.length > 0) refusePlan(entry, 'two columns of type publicId', 'Keep one of them');
  if (column.nullable || column.otherwise !== undefined) {
    refusePlan(
      entry,
      'a public id that may be blank',
      'Leave the column out for files without public ids, which get new ones',
    );
  }
  if (entry.placeholders !== undefined) {
    refusePlan(
      entry,
      'placeholders, which get new public ids, beside public ids that its file keeps',
      'Leave the placeholders out',
    );
  }
  const versions = column.acceptUuidVersions ?? [4];
  const isVersion = (version: number) => Number.isInteger(version) && version >= 1 && version <= 8;
  if (versions.length === 0 || !versions.every(isVersion)) {
    refusePlan(
      entry,
      `the acceptUuidVersions ${versions.join(', ') || 'of none'}`,
      'Name versions from 1 to 8',
    );
  }
}

function checkPlaceholders(entry: ImportFile): void {
  if (entry.placeholders === undefined) return;
  if (!entry.optional || !fileColumns(entry).some((column) => column.type === 'id')) {
    refusePlan(
      entry,
      'placeholders without being optional and having an id',
      'Leave the placeholders out',
    );
  }
}

function checkSequence(entry: ImportFile): void {
  const follower = Object.values(entry.columns).find((column) => 'previous' in column);
  if (!follower && !entry.sequence) return;
  if (!follower || !entry.sequence) {
    refusePlan(
      entry,
      'either a sequence or a previous value, not both',
      'Declare the other one too',
    );
  }
  for (const name of [entry.sequence.by, entry.sequence.along, follower.previous]) {
    const column = entry.columns[name];
    if (!column || !('from' in column) || column.optional || column.nullable) {
      refusePlan(
        entry,
        `a sequence over ${name}, which may be empty`,
        'Map it to a required header',
      );
    }
  }
}

function checkColumn(entry: ImportFile, name: string, column: ImportColumn): void {
  const source = 'slugOf' in column ? column.slugOf : 'through' in column ? column.through : name;
  const other = entry.columns[source];
  const isRead = other !== undefined && 'from' in other && !other.optional;
  if ('slugOf' in column && !isRead) {
    refusePlan(
      entry,
      `${name} as slug of ${source}`,
      'Map that column to a header that is required',
    );
  }
  if ('through' in column && !(isRead && isReferenceType(other.type))) {
    refusePlan(
      entry,
      `${name} through ${source}`,
      'Map that column as a reference that is required',
    );
  }
}

function isReferenceType(type: FileColumn['type']): boolean {
  return type === 'reference' || type === 'publicReference';
}

function fileColumns(entry: ImportFile): FileColumn[] {
  return Object.values(entry.columns).filter((column) => 'from' in column);
}

function refusePlan(entry: ImportFile, what: string, next: string): never {
  throw new ImportError(`The plan for ${entry.file} has ${what}. ${next}.`);
}
