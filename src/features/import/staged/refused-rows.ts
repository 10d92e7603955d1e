import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { FileImport } from '../source/file-import.js';
import { fillsAll } from '../source/file-import.js';
import { faultReason } from './fault-reasons.js';
import type { RowFaults } from './isolate-faults.js';
import { isolateFaults } from './isolate-faults.js';
import { withSettings } from './local-settings.js';
import { insertSql, isNewSql } from './new-rows.js';
import { makePlaceholders } from './placeholders.js';
import { sequenceOrder } from './row-sequence.js';
import { checkStagedRows } from './staged-checks.js';
import type { Lines } from './typed-rows.js';
import { rowsTable } from './typed-rows.js';
import { uniqueRules } from './unique-rules.js';

const triedTable = 'pg_temp.dual_id_tried';

/** Lines of a file, each with the reason why its row is refused. */
type Refusals = ReadonlyMap<number, string>;

/**
 * Rejects the staged rows that the server refuses although no check finds why: it is given
 * fewer and fewer rows until it is clear which. Nothing is inserted. False where it refuses none.
 */
export async function refuseRows(run: FileImport): Promise<boolean> {
  const { client } = run;
  await client.query('SAVEPOINT refused_rows');
  const unreadable = await refusedByExpressions(run);
  await reject(run, unreadable);
  const refused = await refusedByTable(run);
  await client.query('ROLLBACK TO SAVEPOINT refused_rows');
  await client.query('RELEASE SAVEPOINT refused_rows');
  await reject(run, new Map([...unreadable, ...refused]));
  return unreadable.size + refused.size > 0;
}

async function reject({ client }: FileImport, refused: Refusals): Promise<void> {
  if (refused.size === 0) return;
  await client.query(
    `UPDATE ${rowsTable} r SET "$reason" = f.reason
     FROM unnest($1::bigint[], $2::text[]) f (line, reason) WHERE r."$line" = f.line`,
    [[...refused.keys()], [...refused.values()]],
  );
}

/** Rows for which a check or an index has no value, but an error. */
async function refusedByExpressions(run: FileImport): Promise<Refusals> {
  const { client, target } = run;
  const checks = target.checks.filter((rule) => fillsAll(run, rule.columns));
  const expressions = [
    ...checks.map(({ expression }) => expression),
    ...uniqueRules(run)
      .filter(({ columns }) => fillsAll(run, columns))
      .flatMap(({ keys, predicate }) => keys.concat(predicate ?? [])),
  ];
  const counts = expressions.map((sql) => `count((${sql}))`).join(', ');
  await client.query(`CREATE INDEX dual_id_rows_line ON ${rowsTable} ("$line")`);
  const faults = await isolateFaults(
    client,
    await lastLines(run, rowsTable),
    async ({ from, to }) => {
      await client.query(
        `SELECT ${counts || '1'} FROM ${rowsTable}
       WHERE "$reason" IS NULL AND "$line" BETWEEN ${from} AND ${to}`,
      );
    },
  );
  return new Map([...faults].map(([line, error]) => [line, faultReason(run, error)]));
}

/**
 * Rows that the table, its indexes and its triggers refuse. A row that refers to one behind it is
 * tried again when that one is there.
 */
async function refusedByTable(run: FileImport): Promise<Refusals> {
  await checkStagedRows(run);
  await makePlaceholders(run);
  let faults = await tryRows(run);
  for (let before = Infinity; mayFollow(faults) && faults.size < before;) {
    before = faults.size;
    faults = await tryRows(run, [...faults.keys()]);
  }
  const own = await firstOfSequences(run, [...faults.keys()]);
  return new Map(own.map((line) => [line, faultReason(run, faults.get(line)!)]));
}

function mayFollow(faults: RowFaults): boolean {
  return [...faults.values()].some(({ code }) => code === '23503');
}

/** Inserts all new rows or those of some lines, and returns what became of the others by line. */
async function tryRows(run: FileImport, only?: readonly number[]): Promise<RowFaults> {
  const { client, entry } = run;
  const order = entry.sequence ? sequenceOrder(entry.sequence) : '"$line"';
  await client.query(`DROP TABLE IF EXISTS ${triedTable}`);
  await client.query(
    `CREATE TEMP TABLE dual_id_tried ON COMMIT DROP AS
     SELECT row_number() OVER (ORDER BY ${order}) AS "$place", r.* FROM ${rowsTable} r
     WHERE ${isNewSql(run)}${only ? ` AND "$line" IN (${only.join(', ')})` : ''}`,
  );
  await client.query(`CREATE UNIQUE INDEX ON ${triedTable} ("$place") INCLUDE ("$line")`);
  await client.query(`ANALYZE ${triedTable}`);
  const faults = await withSettings(run, async () =>
    isolateFaults(client, await lastLines(run, triedTable, '"$place"'), async ({ from, to }) => {
      await client.query(
        `${insertSql(run)} FROM ${triedTable} WHERE "$place" BETWEEN ${from} AND ${to}
         ORDER BY "$place"`,
      );
      await client.query('SET CONSTRAINTS ALL IMMEDIATE');
      await client.query('SET CONSTRAINTS ALL DEFERRED');
    }),
  );
  const { rows } = await client.query<{ place: string; line: string }>(
    `SELECT "$place" AS place, "$line" AS line FROM ${triedTable} WHERE "$place" = ANY ($1)`,
    [[...faults.keys()]],
  );
  return new Map(rows.map(({ place, line }) => [Number(line), faults.get(Number(place))!]));
}

/** What follows a rejected row in its sequence follows another one, and is checked again. */
async function firstOfSequences(
  { client, entry: { sequence } }: FileImport,
  refused: readonly number[],
): Promise<readonly number[]> {
  if (!sequence) return refused;
  const { rows } = await client.query<{ line: string }>(
    `SELECT DISTINCT ON (${quoteIdentifier(sequence.by)}) "$line" AS line FROM ${rowsTable}
     WHERE "$line" = ANY ($1) ORDER BY ${sequenceOrder(sequence)}`,
    [refused],
  );
  return rows.map(({ line }) => Number(line));
}

async function lastLines({ client }: FileImport, table: string, by = '"$line"'): Promise<Lines> {
  const { rows } = await client.query<{ last: string }>(
    `SELECT coalesce(max(${by}), 1) AS last FROM ${table}`,
  );
  return { from: 1, to: Number(rows[0]?.last ?? 1) };
}
