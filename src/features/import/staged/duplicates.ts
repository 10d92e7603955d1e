import { quoteText } from '../../../core/sql/quoting.js';
import type { UniqueRule } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import { rowsTable } from './typed-rows.js';
import { rowsForRule, labelsOfRule, uniqueRules } from './unique-rules.js';

const collisions = 'pg_temp.dual_id_collisions';
const losers = 'pg_temp.dual_id_losers';

/**
 * Rejects rows that repeat, in a unique value, an earlier row of the file. Rows are checked as if
 * they came one after the other: a row that is rejected takes no value away from a later one.
 */
export async function checkDuplicates(run: FileImport): Promise<void> {
  const { client } = run;
  await client.query(
    `CREATE TEMP TABLE dual_id_collisions (line bigint, rule int, first bigint) ON COMMIT DROP`,
  );
  await client.query(`CREATE TEMP TABLE dual_id_losers (line bigint, reason text) ON COMMIT DROP`);
  const rules = uniqueRules(run);
  for (const [index, rule] of rules.entries()) await findCollisions(run, rule, index);
  await client.query(`ANALYZE ${collisions}`);
  const labels = rules.map((rule) => quoteText(labelsOfRule(run, rule)));
  const label = `(ARRAY[${labels.join(', ')}]::text[])[rule + 1]`;
  while ((await client.query(settleRound(label))).rowCount) continue;
  await client.query(
    `UPDATE ${rowsTable} r SET "$reason" = l.reason FROM ${losers} l WHERE r."$line" = l.line`,
  );
  await client.query(`DROP TABLE ${collisions}`);
  await client.query(`DROP TABLE ${losers}`);
}

/** Notes every row that shares a unique value with another, under the first line that has it. */
async function findCollisions(run: FileImport, rule: UniqueRule, index: number): Promise<void> {
  const names = rule.keys.map((_, n) => `unique_${n}`).join(', ');
  const keys = rule.keys.map((sql, n) => `${sql} AS unique_${n}`).join(', ');
  await run.client.query(
    `WITH candidate AS NOT MATERIALIZED (
       SELECT "$line" AS line, ${keys} FROM ${rowsForRule(run, rule)}
       WHERE "$reason" IS NULL AND (${rule.predicate ?? 'true'})),
     repeated AS (
       SELECT ${names}, min(line) AS first FROM candidate GROUP BY ${names} HAVING count(*) > 1)
     INSERT INTO ${collisions} (line, rule, first)
     SELECT line, ${index}, first FROM candidate JOIN repeated USING (${names})`,
  );
}

/**
 * Of the open rows, those that come first in each of their collisions win and those that collide
 * with a winner lose; the others wait for the next round. The first open row always wins.
 */
function settleRound(label: string): string {
  return `
    WITH open AS (
      SELECT line, rule, first AS collision,
        min(line) OVER (PARTITION BY rule, first) AS first FROM ${collisions}),
    winner AS (SELECT line FROM open GROUP BY line HAVING bool_and(line = first)),
    loser AS (
      SELECT DISTINCT ON (o.line) o.line, o.first, o.rule FROM open o
      JOIN winner w ON w.line = o.first WHERE o.line <> o.first ORDER BY o.line, o.rule),
    noted AS (
      INSERT INTO ${losers} (line, reason)
      SELECT line, 'repeats line ' || first || ': ' || ${label} FROM loser)
    DELETE FROM ${collisions} c
    WHERE c.line IN (SELECT line FROM winner UNION ALL SELECT line FROM loser)`;
}
