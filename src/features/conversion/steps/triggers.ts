import { makeDefiner } from '../../../core/schema/definer.js';
import { dollarQuoted } from '../../../core/sql/quoting.js';
import type { TablePlace } from '../plan/conversion-plan.js';
import { ownName, sqlTable, conversionTriggerName } from './names.js';

/** A trigger of a conversion, and the function behind it. */
export interface ConversionTrigger {
  readonly table: TablePlace;
  /** Ends the names of both. */
  readonly suffix: string;
  /** `BEFORE INSERT`, for example. */
  readonly event: string;
  readonly when: string;
  /** A constraint trigger that waits for the end of the transaction. */
  readonly isDeferred?: boolean;
}

/** Makes a trigger that fires whatever the session takes itself for. */
export function makeTrigger(trigger: ConversionTrigger, functionSuffix = trigger.suffix): string[] {
  const { table, suffix, event, when, isDeferred = false } = trigger;
  const name = conversionTriggerName(suffix);
  return [
    `CREATE ${isDeferred ? 'CONSTRAINT ' : ''}TRIGGER ${name} ${event} ON ${sqlTable(table)}
       ${isDeferred ? 'DEFERRABLE INITIALLY DEFERRED ' : ''}FOR EACH ROW WHEN (${when})
       EXECUTE FUNCTION ${ownName(table, functionSuffix)}()`,
    `ALTER TABLE ${sqlTable(table)} ENABLE ALWAYS TRIGGER ${name}`,
  ];
}

/**
 * Makes or replaces a trigger function. It has the rights of its owner: roles that may write the
 * table need not be allowed to read what it looks up.
 */
export function makeFunction(table: TablePlace, suffix: string, body: string): string {
  const name = ownName(table, suffix);
  return makeDefiner(
    `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql
       SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ${dollarQuoted(body)}`,
    `${name}()`,
  );
}

/** Drops triggers of a table, if they are there. */
export function dropTriggers(table: TablePlace, suffixes: readonly string[]): string[] {
  return suffixes.map(
    (suffix) => `DROP TRIGGER IF EXISTS ${conversionTriggerName(suffix)} ON ${sqlTable(table)}`,
  );
}

/** Drops functions of a table, if they are there. */
export function dropFunctions(table: TablePlace, suffixes: readonly string[]): string[] {
  return suffixes.map((suffix) => `DROP FUNCTION IF EXISTS ${ownName(table, suffix)}()`);
}
