import type { QueryRunner } from 'typeorm';
import { quoteIdentifier, quoteTable } from '../sql/quoting.js';
import { waitingLong } from './migration-session.js';

/** A constraint of a table that has rows. */
export interface LateConstraint {
  readonly name: string;
  readonly table: string;
  readonly schema?: string;
  /** `CHECK (price >= 0)`, or `FOREIGN KEY (user_id) REFERENCES users`. */
  readonly definition: string;
}

/** Identifies a constraint. */
export type ConstraintName = Pick<LateConstraint, 'name' | 'table' | 'schema'>;

/**
 * Adds a constraint that applies to new rows immediately and reads none of the old ones, so that
 * its lock is short. `validateConstraint` checks the old rows, in a later migration or outside a
 * transaction: in the same transaction the lock would last as long as the check.
 */
export async function addConstraintNotValid(
  runner: QueryRunner,
  constraint: LateConstraint,
): Promise<void> {
  if ((await isValidConstraint(runner, constraint)) !== undefined) return;
  const { name, table, schema, definition } = constraint;
  await runner.query(
    `ALTER TABLE ${quoteTable(table, schema)}
       ADD CONSTRAINT ${quoteIdentifier(name)} ${definition} NOT VALID`,
  );
}

/** Checks the old rows while others write. A constraint that is already valid is left as it is. */
export async function validateConstraint(
  runner: QueryRunner,
  constraint: ConstraintName,
): Promise<void> {
  if (await isValidConstraint(runner, constraint)) return;
  const { name, table, schema } = constraint;
  const sql = `ALTER TABLE ${quoteTable(table, schema)} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`;
  await waitingLong(runner, () => runner.query(sql));
}

/** Undefined if the table has no constraint with this name. */
async function isValidConstraint(
  runner: QueryRunner,
  { name, table, schema }: ConstraintName,
): Promise<boolean | undefined> {
  const rows = (await runner.query(
    `SELECT convalidated AS valid FROM pg_constraint
     WHERE conrelid = to_regclass($1) AND conname = $2`,
    [quoteTable(table, schema), name],
  )) as { valid: boolean }[];
  return rows[0]?.valid;
}
