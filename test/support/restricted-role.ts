import { randomBytes } from 'node:crypto';

/** Runs one statement as a superuser. */
type Sql = (text: string) => Promise<unknown>;

/** A role that owns the tables of a database but is neither superuser nor has BYPASSRLS. */
export interface RestrictedRole {
  readonly name: string;
  /** The database's URL for this role. */
  readonly url: string;
  /** Revokes everything and drops the role. */
  drop(): Promise<void>;
}

/** Makes the role and gives it every table, function and schema of the application. */
export async function restrictedRole(sql: Sql, databaseUrl: string): Promise<RestrictedRole> {
  const name = `app_${randomBytes(4).toString('hex')}`;
  await sql(`CREATE ROLE ${name} LOGIN PASSWORD 'x' NOSUPERUSER NOBYPASSRLS`);
  await sql(`DO $do$ DECLARE thing record; BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO ${name}', current_database());
    FOR thing IN SELECT oid::regnamespace AS name FROM pg_namespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    LOOP EXECUTE format('ALTER SCHEMA %s OWNER TO ${name}', thing.name); END LOOP;
    FOR thing IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n
      ON n.oid = c.relnamespace WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_'
        AND nspname <> 'information_schema'
    LOOP EXECUTE format('ALTER TABLE %s OWNER TO ${name}', thing.name); END LOOP;
    FOR thing IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n
      ON n.oid = p.pronamespace WHERE nspname = 'dual_id'
    LOOP EXECUTE format('ALTER FUNCTION %s OWNER TO ${name}', thing.name); END LOOP;
  END $do$`);
  const url = new URL(databaseUrl);
  url.username = name;
  url.password = 'x';
  return {
    name,
    url: url.href,
    drop: async () => {
      await sql(`REASSIGN OWNED BY ${name} TO CURRENT_USER`);
      await sql(`DROP OWNED BY ${name}`);
      await sql(`DROP ROLE ${name}`);
    },
  };
}

/** Hides all rows of a table but those a session names, from the table's owner too. */
export async function hideRows(sql: Sql, table: string, condition: string): Promise<void> {
  await sql(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await sql(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  await sql(`CREATE POLICY own ON ${table} USING (${condition})`);
}
