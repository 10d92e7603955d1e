import { dollarQuoted, quoteIdentifier, quoteText } from '../sql/quoting.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';

/** What installers take beside the thing they install. */
export interface GrantOptions {
  /** The role, or the roles, that the application works as; they get what it needs there. */
  readonly grantTo?: string | readonly string[];
}

/**
 * What a role is to the application: `application` works with the data, `reader` looks at it. The
 * owner, which migrates, has every right and needs no grant.
 */
export type RoleAccess = 'application' | 'reader';

/**
 * Gives a role what it needs of the schema `dual_id`: to read types and passports and, for an
 * application, to call the functions that write what it may write. It gets no right to write a
 * table. The owner of the schema calls it, in a migration or when a role is added later, and again
 * after an `upgradeDualId` without `grantTo`.
 *
 * @example
 * await grantDualId(runner, 'shop_app');
 * await grantDualId(runner, 'shop_reader', 'reader');
 */
export async function grantDualId(
  runner: SchemaRunner,
  role: string,
  access: RoleAccess = 'application',
): Promise<void> {
  const tables = access === 'reader' ? readTables : [...readTables, 'erasures'];
  const functions = access === 'reader' ? readFunctions : [...readFunctions, ...writeFunctions];
  await runAll(runner, [useSchema(role), grantWhatIsThere(role, tables, functions)]);
}

/** Grants to each of the roles that an installer was told. */
export async function grantToAll(
  { grantTo = [] }: GrantOptions,
  grant: (role: string) => Promise<void>,
): Promise<void> {
  for (const role of typeof grantTo === 'string' ? [grantTo] : grantTo) await grant(role);
}

/** The statement before every other grant in the schema. */
export function useSchema(role: string): string {
  return `GRANT USAGE ON SCHEMA dual_id TO ${quoteIdentifier(role)}`;
}

const readTables = ['schema_versions', 'platform_types', 'passports', 'name_words'];
/** PUBLIC may call some of these, where the default privileges of the owner leave it the right. */
const readFunctions = ['estimate_passports', 'search_key', 'search_words', 'bounded_key'];
const writeFunctions = [
  'required',
  'create_records',
  'create_record_once',
  'change_record',
  'remove_record',
  'restore_record',
  'hold_passport',
  'hold_passports',
  'lock_passports',
  'erase_passport',
  'hold_people',
  'keep_living_words',
];

/** An older version of the schema has not got all of it. */
function grantWhatIsThere(
  role: string,
  tables: readonly string[],
  functions: readonly string[],
): string {
  const list = (names: readonly string[]) => `ARRAY[${names.map(quoteText).join(', ')}]`;
  return `DO ${dollarQuoted(`DECLARE thing text; BEGIN
    FOR thing IN SELECT format('SELECT ON %s', oid::regclass) FROM pg_class
        WHERE relnamespace = 'dual_id'::regnamespace AND relname = ANY (${list(tables)})
      UNION ALL SELECT format('EXECUTE ON FUNCTION %s', oid::regprocedure) FROM pg_proc
        WHERE pronamespace = 'dual_id'::regnamespace AND proname = ANY (${list(functions)})
    LOOP EXECUTE format('GRANT %s TO %I', thing, ${quoteText(role)}); END LOOP;
  END`)}`;
}
