import { dollarQuoted, quoteIdentifier, quoteText } from '../sql/quoting.js';
import { revokeFromPublic, definer } from './definer.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';

/** A place outside of their own row where a person may be, and how it forgets them. */
export interface PersonalPlace {
  /** Names the place, such as `order_notes`; the trigger and its function are named after it. */
  readonly name: string;
  /**
   * One SQL statement that blanks whatever the place has of a person, whose public id is
   * `NEW.uuid`. It may run more than once for the same person.
   */
  readonly forget: string;
}

/**
 * Makes a place forget people who are erased: a trigger on `dual_id.erasures` runs its statement
 * in the transaction of the erasure, whichever program erases. It runs with the rights of the role
 * that adds it, finds tables where that role finds them now, and sees every row or fails. Added
 * again, the statement is replaced. It belongs into a migration.
 */
export async function addPersonalPlace(runner: SchemaRunner, place: PersonalPlace): Promise<void> {
  const { callee } = triggerNames(place);
  await runAll(runner, [
    ...personalPlaceUp(place, 'SECURITY DEFINER SET row_security = off'),
    // A temporary table of the same name must not hide the table.
    `DO ${dollarQuoted(`BEGIN
       EXECUTE format('ALTER FUNCTION %s SET search_path = %s', ${quoteText(callee)},
         (SELECT string_agg(quote_ident(name), ', ')
          FROM unnest(current_schemas(true) || 'pg_temp'::name) AS name
          WHERE name = 'pg_temp' OR name !~ '^pg_temp'));
     END`)}`,
  ]);
}

/** Takes away what `addPersonalPlace` added. */
export async function dropPersonalPlace(
  runner: SchemaRunner,
  place: Pick<PersonalPlace, 'name'>,
): Promise<void> {
  await runAll(runner, personalPlaceDown(place));
}

/** Makes a place of the library itself, whose statement names the schema of every table. */
export function personalPlaceUp(place: PersonalPlace, rights = definer): string[] {
  const { trigger, callee } = triggerNames(place);
  return [
    `CREATE OR REPLACE FUNCTION ${callee} RETURNS trigger LANGUAGE plpgsql ${rights}
     AS ${dollarQuoted(`BEGIN ${place.forget}; RETURN NULL; END`)}`,
    revokeFromPublic(callee),
    `CREATE OR REPLACE TRIGGER ${trigger} AFTER INSERT OR UPDATE ON dual_id.erasures
       FOR EACH ROW EXECUTE FUNCTION ${callee}`,
  ];
}

/** The statements of `dropPersonalPlace`. */
export function personalPlaceDown(place: Pick<PersonalPlace, 'name'>): string[] {
  const { trigger, callee } = triggerNames(place);
  return [
    `DROP TRIGGER IF EXISTS ${trigger} ON dual_id.erasures`,
    `DROP FUNCTION IF EXISTS ${callee}`,
  ];
}

function triggerNames({ name }: Pick<PersonalPlace, 'name'>) {
  const trigger = quoteIdentifier(`forget_${name}`);
  return { trigger, callee: `dual_id.${trigger}()` };
}
