import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import { sameNames } from '../plan/bound-column.js';
import { isFileColumn, entryKeyOf } from '../plan/entry-columns.js';
import type { UniqueRule } from '../plan/target-table.js';
import { columnList } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import { fillsAll, headersOf, sameKeySql } from '../source/file-import.js';
import { checkPassports } from './passport-checks.js';
import { checkReferences } from './reference-checks.js';
import { rowsTable } from './typed-rows.js';
import { rowsForRule, labelsOfRule, uniqueRules } from './unique-rules.js';

/**
 * Gives every row that the table would refuse its reason, so that the others can be inserted.
 * A row that has one is out: no later check holds it against a good row.
 */
export async function checkRows(run: FileImport): Promise<void> {
  await checkConstraints(run);
  await checkReferences(run);
  await checkDifferences(run);
  for (const rule of uniqueRules(run)) {
    if (!isKeyRule(run, rule)) await checkTaken(run, rule);
  }
  await checkPassports(run);
}

/** NOT NULL and CHECK, on derived values too. */
async function checkConstraints(run: FileImport): Promise<void> {
  const empty = run.columns
    .filter(({ target }) => target.required)
    .map(({ target, label }) => ({
      broken: `${quoteIdentifier(target.name)} IS NULL`,
      reason: `${label} is empty`,
    }));
  const checks = run.target.checks
    .filter((rule) => fillsAll(run, rule.columns))
    .map(({ name, columns, expression }) => ({
      broken: `(${expression}) IS FALSE`,
      reason: `${headersOf(run, columns)} breaks the rule ${name}`,
    }));
  const rules = [...empty, ...checks];
  if (rules.length === 0) return;
  const reasons = rules.map(
    (rule) => `CASE WHEN ${rule.broken} THEN ${quoteText(rule.reason)} END`,
  );
  await run.client.query(
    `UPDATE ${rowsTable} SET "$reason" = array_to_string(ARRAY[${reasons.join(', ')}], '; ')
     WHERE CASE WHEN "$reason" IS NULL THEN ${rules.map((rule) => rule.broken).join(' OR ')} END`,
  );
}

/** A row whose key is there must say the same as the row that is there. */
async function checkDifferences(run: FileImport): Promise<void> {
  const key = entryKeyOf(run.entry);
  const compared = run.columns.filter(
    ({ target, source }) => isFileColumn(source) && !key.includes(target.name),
  );
  if (compared.length === 0) return;
  const differs = compared.map(({ target, label }) => {
    const name = quoteIdentifier(target.name);
    // The type json has no equality, and keeps its text.
    const cast = /^json(?:\[\])?$/.test(target.base) ? '::text' : '';
    return { sql: `t.${name}${cast} IS DISTINCT FROM r.${name}${cast}`, label };
  });
  const names = differs.map(({ sql, label }) => `CASE WHEN ${sql} THEN ${quoteText(label)} END`);
  await run.client.query(
    `UPDATE ${rowsTable} r
     SET "$reason" = 'differs from what is there: ' || array_to_string(ARRAY[${names.join(', ')}], ', ')
     FROM ${run.target.sql} t
     WHERE r."$reason" IS NULL AND ${sameKeySql(run, 't', 'r')}
       AND (${differs.map(({ sql }) => sql).join(' OR ')})`,
  );
}

/** A value that must be unique and that a row with another key has already. */
async function checkTaken(run: FileImport, rule: UniqueRule): Promise<void> {
  const key = entryKeyOf(run.entry);
  const keys = rule.keys.map((sql, index) => `${sql} AS unique_${index}`).join(', ');
  const same = rule.keys.map((_, index) => `n.unique_${index} = t.unique_${index}`).join(' AND ');
  const where = rule.predicate ?? 'true';
  const reason = `${labelsOfRule(run, rule)} is taken by a row that is there`;
  await run.client.query(
    `UPDATE ${rowsTable} r SET "$reason" = ${quoteText(reason)}
     FROM (SELECT "$line", ${columnList(key)}, ${keys} FROM ${rowsForRule(run, rule)}
           WHERE "$reason" IS NULL AND (${where})) n
     JOIN (SELECT ${columnList(key)}, ${keys} FROM ${run.target.sql} WHERE ${where}) t
       ON ${same} AND (${columnList(key, 'n.')}) IS DISTINCT FROM (${columnList(key, 't.')})
     WHERE r."$line" = n."$line"`,
  );
}

function isKeyRule(run: FileImport, rule: UniqueRule): boolean {
  return rule.predicate === null && sameNames(rule.columns, entryKeyOf(run.entry));
}
