import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { ImportSequence } from '../plan/import-plan.js';
import { tableSql } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import { headersOf, sameKeySql } from '../source/file-import.js';
import { rowsTable } from './typed-rows.js';

const sequenceTable = 'pg_temp.dual_id_sequence';

/** The order in which the rows of sequences are inserted, so that generated ids rise along them. */
export function sequenceOrder({ by, along }: ImportSequence): string {
  return `${quoteIdentifier(by)}, ${quoteIdentifier(along)}, "$line"`;
}

/**
 * Rejects rows that their sequence does not allow and gives the others the value before theirs.
 * Rows are checked one after the other: what follows a rejected row follows the last good one.
 */
export async function checkSequenceRows(run: FileImport): Promise<void> {
  const { client, entry, columns } = run;
  const follower = columns.find(({ source }) => 'previous' in source);
  if (!entry.sequence || !follower || !('previous' in follower.source)) return;
  const links = { ...entry.sequence, value: follower.source.previous };
  await client.query(collectLinks(run, links));
  await client.query(`ANALYZE ${sequenceTable}`);
  await client.query(refuseStale(links));
  while ((await client.query(refuseSteps(run, links))).rowCount) continue;
  await client.query(
    `UPDATE ${rowsTable} r SET "$reason" = c.reason FROM ${sequenceTable} c
     WHERE r."$line" = c.line AND c.reason IS NOT NULL`,
  );
  await client.query(
    `UPDATE ${rowsTable} r SET ${quoteIdentifier(follower.target.name)} = c.previous
     FROM (${sequencedRows}) c WHERE r."$line" = c.line`,
  );
  await client.query(`DROP TABLE ${sequenceTable}`);
}

interface LinkedSequence extends ImportSequence {
  readonly value: string;
}

/** New rows only, each with the last row of its sequence that is there. */
function collectLinks(run: FileImport, { by, along, value }: LinkedSequence): string {
  const [owner, place, own] = [by, along, value].map(quoteIdentifier);
  return `CREATE TEMP TABLE dual_id_sequence ON COMMIT DROP AS
    SELECT r."$line" AS line, r.${owner} AS owner, r.${place} AS place, r.${own} AS value,
      NULL::text AS reason, last.value AS last_value, last.place AS last_place
    FROM ${rowsTable} r
    LEFT JOIN (SELECT DISTINCT ON (${owner}) ${owner} AS owner, ${own} AS value, ${place} AS place
      FROM ${run.target.sql} WHERE ${owner} IN (SELECT ${owner} FROM ${rowsTable})
      ORDER BY ${owner}, ${place} DESC, ${idOrder(run)}) last ON last.owner = r.${owner}
    WHERE r."$reason" IS NULL
      AND NOT EXISTS (SELECT FROM ${run.target.sql} t WHERE ${sameKeySql(run, 't', 'r')})`;
}

/** Rows of one place were inserted in the order of the file: the last of them has the last id. */
function idOrder({ target }: FileImport): string {
  return target.columns.has('id') ? 'id DESC' : '1';
}

function refuseStale({ along }: LinkedSequence): string {
  return `UPDATE ${sequenceTable} SET reason = ${quoteText(`${along} is not after what is there`)}
    WHERE place <= last_place`;
}

const sequencedRows = `
  SELECT line, owner, place, value, row_number() OVER sequence AS position,
    coalesce(lag(value) OVER sequence, last_value) AS previous
  FROM ${sequenceTable} WHERE reason IS NULL WINDOW sequence AS (PARTITION BY owner ORDER BY place, line)`;

/**
 * Rejects, in each sequence, the first row that breaks it with all rows up to the next one that the
 * last good row leads to. Each round so leaves a longer good start, until no sequence is broken.
 */
function refuseSteps(run: FileImport, links: LinkedSequence): string {
  const label = headersOf(run, [links.value]);
  const breaks = isRefusedSql(links, 'previous');
  return `
    WITH sequenced AS MATERIALIZED (${sequencedRows}),
    broken AS (
      SELECT DISTINCT ON (owner) owner, position, previous FROM sequenced
      WHERE ${breaks} ORDER BY owner, position),
    checked AS (
      SELECT c.line, c.owner, c.position, c.value, b.previous,
        ${isRefusedSql(links, 'b.previous', 'c.value')} AS is_refused
      FROM sequenced c JOIN broken b ON b.owner = c.owner AND c.position >= b.position),
    recovered AS (SELECT owner, min(position) AS position FROM checked
      WHERE NOT is_refused GROUP BY owner)
    UPDATE ${sequenceTable} c SET reason = ${stepReason(links, label)}
    FROM checked j LEFT JOIN recovered r ON r.owner = j.owner
    WHERE c.line = j.line AND (r.position IS NULL OR j.position < r.position)`;
}

function isRefusedSql({ steps, first }: LinkedSequence, previous: string, value = 'value'): string {
  const start = first === undefined ? 'false' : `${value} <> ${quoteText(first)}`;
  const step = steps
    ? `NOT EXISTS (SELECT FROM ${tableSql(steps.table)} s
         WHERE s.${quoteIdentifier(steps.from)} = ${previous} AND s.${quoteIdentifier(steps.to)} = ${value})`
    : 'false';
  return `(CASE WHEN ${previous} IS NULL THEN ${start} ELSE ${step} END)`;
}

function stepReason({ first, steps }: LinkedSequence, label: string): string {
  const start = quoteText(`, but a sequence starts with ${first}`);
  const step = quoteText(`, a step that is not in ${steps?.table}`);
  return `CASE WHEN j.previous IS NULL THEN ${quoteText(`${label} starts with `)} || j.value || ${start}
    ELSE ${quoteText(`${label} goes from `)} || j.previous || ' to ' || j.value || ${step} END`;
}
