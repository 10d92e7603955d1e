import { allowancesAbove } from './allowances.js';
import type { Allowance } from './allowances.js';
import type { SchemaChange } from './change.js';
import type { LinesOfFile } from './lines.js';
import type { Migration } from './migration.js';
import type { LintFinding } from './report.js';
import { printedForm } from './rules/safe-form.js';
import type { SafetyRule } from './rules/rule.js';
import { situationsOf } from './situations.js';

/** What a file is checked with. */
export interface Inspection {
  readonly file: string;
  readonly lines: LinesOfFile;
  readonly rules: readonly SafetyRule[];
  readonly postgres: number;
  readonly allowances: readonly Allowance[];
  /** The allow comments that allowed something. */
  readonly used: Set<Allowance>;
}

/** What the rules find in a migration. */
export function checkMigration(migration: Migration, inspection: Inspection): LintFinding[] {
  const situations = situationsOf(migration, inspection.postgres);
  return inspection.rules.flatMap((rule) => {
    const found = situations
      .filter(([change, situation]) => rule.finds(change, situation))
      .map(([change]) => change);
    const reported = rule.isOnce ? found.slice(0, 1) : found;
    return reported
      .filter((change) => !isAllowedAbove(rule, change, inspection))
      .map((change) => findingAt(rule, change, inspection));
  });
}

/** A comment counts above the change itself, above its statement and above the call that runs it. */
function isAllowedAbove(
  { name }: SafetyRule,
  { at, starts }: SchemaChange,
  inspection: Inspection,
): boolean {
  const { lines, allowances, used } = inspection;
  const allowed = [at, ...starts]
    .flatMap((place) => allowancesAbove(allowances, lines.lineAt(place), lines))
    .find((one) => one.rule === name && one.reason !== '');
  if (allowed) used.add(allowed);
  return allowed !== undefined;
}

function findingAt(
  rule: SafetyRule,
  { at, names }: SchemaChange,
  inspection: Inspection,
): LintFinding {
  const { file, lines, postgres } = inspection;
  const { table, column, name } = names;
  const subject =
    table !== undefined && column !== undefined ? `${table}.${column}` : (name ?? table);
  return {
    file,
    ...lines.placeAt(at),
    rule: rule.name,
    subject: subject ?? null,
    why: rule.why,
    safeForm: printedForm(rule.safeForm(names, postgres)),
  };
}
