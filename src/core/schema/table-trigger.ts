import { definer, makeDefiner } from './definer.js';
import { constraintName } from '../sql/constraint-name.js';
import { dollarQuoted, quoteIdentifier } from '../sql/quoting.js';
import type { DualIdTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** A trigger of a table and the function behind it, which lives in the library's schema. */
export interface TableTrigger {
  readonly suffix: string;
  /** `AFTER INSERT`, or `AFTER UPDATE OF` columns. */
  readonly event: string;
  /** For each statement or row, and when. */
  readonly scope: string;
  /** One SQL statement. */
  readonly body: string;
}

/**
 * Makes the trigger, or makes it again. Its function writes passports with the rights of the role
 * that migrates, whoever writes the table.
 */
export function triggerUp(spec: DualIdTable, trigger: TableTrigger): string[] {
  const { suffix, event, scope, body } = trigger;
  return [
    makeDefiner(
      `CREATE OR REPLACE FUNCTION ${ownFunctionName(spec, suffix)}() RETURNS trigger
       LANGUAGE plpgsql ${definer} AS ${dollarQuoted(`BEGIN ${body}; RETURN NULL; END`)}`,
      `${ownFunctionName(spec, suffix)}()`,
    ),
    `CREATE OR REPLACE TRIGGER ${ownTriggerName(spec, suffix)} ${event} ON ${quoted(spec).table}
       ${scope} EXECUTE FUNCTION ${ownFunctionName(spec, suffix)}()`,
  ];
}

/** Takes a trigger away from a table that stays. */
export function triggerDown(spec: DualIdTable, suffix: string): string[] {
  return [
    `DROP TRIGGER IF EXISTS ${ownTriggerName(spec, suffix)} ON ${quoted(spec).table}`,
    functionDown(spec, suffix),
  ];
}

/** Drops the function of a trigger that went with its table. */
export function functionDown(spec: DualIdTable, suffix: string): string {
  return `DROP FUNCTION IF EXISTS ${ownFunctionName(spec, suffix)}()`;
}

function ownTriggerName(spec: DualIdTable, suffix: string): string {
  return quoteIdentifier(constraintName(spec.table, suffix));
}

/** Functions of all tables share one schema; the dot keeps `a.b_c` and `a_b.c` apart. */
function ownFunctionName(spec: DualIdTable, suffix: string): string {
  const owner = spec.schema === undefined ? spec.table : `${spec.schema}.${spec.table}`;
  return `dual_id.${quoteIdentifier(constraintName(owner, suffix))}`;
}
