import { constraintName } from '../../../core/sql/constraint-name.js';
import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import { publicIdColumnOf } from '../plan/entry-columns.js';
import type { FileImport } from '../source/file-import.js';
import { headersOf } from '../source/file-import.js';
import { isNewSql } from './new-rows.js';
import { rowsTable } from './typed-rows.js';

/** Whether the rows of a table get passports in the registry. */
export async function isEnrolled({ client, target }: FileImport): Promise<boolean> {
  const trigger = constraintName(target.name.slice(target.name.indexOf('.') + 1), 'enrol');
  const { rows } = await client.query<{ is_enrolled: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = ${quoteText(target.sql)}::regclass
       AND tgname = ${quoteText(trigger)} AND tgenabled <> 'D') AS is_enrolled`,
  );
  return rows[0]?.is_enrolled ?? false;
}

/** Rejects new rows whose public id has a passport: it is something else's, or was. */
export async function checkPassports(run: FileImport): Promise<void> {
  const column = publicIdColumnOf(run.entry);
  if (column === undefined || !(await isEnrolled(run))) return;
  const label = headersOf(run, [column]);
  const deleted = quoteText(`${label} was the public id of something that is deleted`);
  const living = quoteText(`${label} is the public id of something else`);
  await run.client.query(
    `UPDATE ${rowsTable} r SET "$reason" = CASE p.status WHEN 'deleted' THEN ${deleted} ELSE ${living} END
     FROM dual_id.passports p WHERE p.uuid = r.${quoteIdentifier(column)} AND ${isNewSql(run)}`,
  );
}
