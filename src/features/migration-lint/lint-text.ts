import { extname } from 'node:path';
import { allowancesIn } from './allowances.js';
import type { Allowance } from './allowances.js';
import { checkMigration } from './check-migration.js';
import type { Inspection } from './check-migration.js';
import { readCode } from './code/read-code.js';
import { LinesOfFile } from './lines.js';
import type { Migration } from './migration.js';
import type { LintFinding, LintNote, LintOptions } from './report.js';
import { printedForm } from './rules/safe-form.js';
import { allowRule, rules } from './rules/rules.js';
import { SqlText } from './source-text.js';
import { changesInSql } from './sql/changes.js';
import { withoutPsql } from './sql/statements.js';

/** What was found in one file. */
export interface TextReport {
  readonly findings: readonly LintFinding[];
  readonly notes: readonly LintNote[];
}

/**
 * Checks the text of one file; its name tells SQL from code. Throws if code cannot be parsed.
 */
export function lintText(file: string, text: string, options: LintOptions = {}): TextReport {
  const { postgres = 15, disable = [] } = options;
  const lines = new LinesOfFile(text);
  const migrations = migrationsIn(file, text, options);
  const inspection: Inspection = {
    file,
    lines,
    rules: rules.filter(({ name }) => !disable.includes(name)),
    postgres,
    allowances: allowancesIn(lines),
    used: new Set(),
  };
  const findings = migrations.flatMap((migration) => checkMigration(migration, inspection));
  const all = [...findings, ...vagueAllowances(inspection)];
  const notes = [...unreadParts(migrations, inspection), ...unusedAllowances(inspection)];
  return { findings: all.toSorted(byPlace), notes: notes.toSorted(byPlace) };
}

function migrationsIn(file: string, text: string, { since, down }: LintOptions): Migration[] {
  if (extname(file) === '.sql') {
    const changes = changesInSql(new SqlText(withoutPsql(text), 0));
    return [{ name: '', isInTransaction: false, changes }];
  }
  const migrations = [...readCode(text, 'up'), ...(down ? readCode(text, 'down') : [])];
  if (since === undefined) return migrations;
  return migrations.filter(({ name }) => (timestampIn(name) ?? Infinity) > since);
}

/** The timestamp that TypeORM writes before the name of a file and behind that of a class. */
export function timestampIn(name: string): number | undefined {
  const digits = /^\d{10,}|\d{10,}$/.exec(name)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function vagueAllowances({
  file,
  allowances,
  rules: applied,
  postgres,
}: Inspection): LintFinding[] {
  if (!applied.includes(allowRule)) return [];
  return allowances
    .filter(({ rule, reason }) => reason === '' || !isRule(rule))
    .map(({ rule, line, column }) => ({
      file,
      line,
      column,
      rule: allowRule.name,
      subject: rule,
      why: allowRule.why,
      safeForm: printedForm(allowRule.safeForm({}, postgres)),
    }));
}

function unusedAllowances({ file, allowances, used, rules: applied }: Inspection): LintNote[] {
  return allowances
    .filter((one) => isRule(one.rule) && one.reason !== '' && !used.has(one))
    .filter(({ rule }) => applied.some(({ name }) => name === rule))
    .map(({ line, column, rule }: Allowance) => ({
      file,
      line,
      column,
      note: `the comment allows ${rule}, which nothing here breaks`,
    }));
}

function unreadParts(migrations: readonly Migration[], { file, lines }: Inspection): LintNote[] {
  return migrations
    .flatMap(({ changes }) => changes)
    .flatMap(({ at, unread }) =>
      unread === undefined
        ? []
        : [{ file, ...lines.placeAt(at), note: `not read: ${shortNote(unread)}` }],
    );
}

function shortNote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}

/** Whether a rule has this name. */
export function isRule(name: string): boolean {
  return rules.some((rule) => rule.name === name);
}

interface HasPlace {
  readonly line: number;
  readonly column: number;
}

function byPlace(one: HasPlace, other: HasPlace): number {
  return one.line - other.line || one.column - other.column;
}
