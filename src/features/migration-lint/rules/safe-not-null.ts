import type { Names } from '../change.js';
import { inTransaction, lockTimeout, run } from './safe-form.js';
import type { SafeStep } from './safe-form.js';

/** NOT NULL for new rows first; rows that exist are checked while others write. */
export function safeNotNull(
  { table = 'orders', column = 'note' }: Names,
  postgres: number,
): readonly SafeStep[] {
  const name = `${`${table}_${column}`.replaceAll(/\W+/g, '_').replaceAll(/^_|_$/g, '')}_nn`;
  const alter = `ALTER TABLE ${table}`;
  if (postgres >= 18) {
    return [
      inTransaction(
        lockTimeout,
        run(`${alter} ADD CONSTRAINT ${name} NOT NULL ${column} NOT VALID`),
      ),
      inTransaction(run(`${alter} VALIDATE CONSTRAINT ${name}`)),
    ];
  }
  return [
    inTransaction(
      lockTimeout,
      run(`${alter} ADD CONSTRAINT ${name} CHECK (${column} IS NOT NULL) NOT VALID`),
    ),
    inTransaction(
      lockTimeout,
      run(`${alter} VALIDATE CONSTRAINT ${name}`),
      run(`${alter} ALTER COLUMN ${column} SET NOT NULL`),
      run(`${alter} DROP CONSTRAINT ${name}`),
    ),
  ];
}
