import type { FoundTable } from '../catalog/facts.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { ConversionSession } from '../run/session.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionPlan } from './conversion-plan.js';
import { whereTrue } from './refused-note.js';

/** As PostgreSQL reads a uuid: a hyphen may follow each four digits, and braces go around. */
const digits = '([0-9a-f]{4}-?){7}[0-9a-f]{4}';
const textOfUuid = String.raw`^(${digits}|\{${digits}\})$`;

/** Why the values of a key that is text are no UUIDs, or are the same one. Reads every row. */
export async function textKeyRefusals(
  session: ConversionSession,
  { table }: FoundTable,
  key: ConversionPlan['key'],
): Promise<string[]> {
  const value = `${quoteIdentifier(key.name)}::text`;
  const [row] = await session.rows<{ strange: string; repeated: string }>(
    `SELECT count(*) FILTER (WHERE NOT is_uuid) AS strange,
       count(*) FILTER (WHERE is_uuid) - count(DISTINCT same) FILTER (WHERE is_uuid) AS repeated
     FROM (SELECT ${value} ~* $1 AS is_uuid,
       lower(translate(${value}, '{-}', '')) AS same FROM ${sqlTable(table)}) k`,
    [textOfUuid],
  );
  const { strange, repeated } = row!;
  const name = sqlTable(table);
  return whereTrue(
    [
      strange !== '0',
      `${strange} rows of ${name} have a key ${key.name} that is no UUID. Give them one, or use a column of its own for these values.`,
    ],
    [
      repeated !== '0',
      `${repeated} rows of ${name} have a key ${key.name} that is the UUID of another row in another spelling. Give them another one.`,
    ],
  );
}
