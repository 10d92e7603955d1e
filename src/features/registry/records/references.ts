import type { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { unnamed } from '../../../core/repository/statements.js';

/**
 * Tells whether anything refers to a record by a foreign key: a row of a service, an edge. The
 * catalogue is read each time, for a migration may have added a table.
 */
export async function isReferenced(database: Database, id: string): Promise<boolean> {
  const checks = await database.rows(everyReference);
  if (checks.length === 0) return false;
  const found = checks.map(([check]) => `EXISTS (${check as string})`).join(' OR ');
  const [row] = await database.rows(
    unnamed(`SELECT ${found} FROM dual_id.passports p WHERE p.id = $1`),
    [id],
  );
  return row?.[0] === true;
}

/** One query for each foreign key on passports; keys of partitions are their parent's. */
const everyReference = statement(
  `SELECT format('SELECT FROM %s r WHERE %s', k.conrelid::regclass,
     (SELECT string_agg(format('r.%I = p.%I', own.attname, their.attname), ' AND ')
      FROM unnest(k.conkey, k.confkey) AS key (own, their)
      JOIN pg_attribute own ON (own.attrelid, own.attnum) = (k.conrelid, key.own)
      JOIN pg_attribute their ON (their.attrelid, their.attnum) = (k.confrelid, key.their)))
   FROM pg_constraint k
   WHERE k.contype = 'f' AND k.confrelid = 'dual_id.passports'::regclass AND k.conparentid = 0`,
);
