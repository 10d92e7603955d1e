import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import { advisoryLock } from '../../core/database/advisory-locks.js';

/** Connection strings of the roles of an embedded server that are not superusers. */
export interface PlainRoles {
  /** Owns the database and everything in it: migrations, imports and repairs run as this role. */
  readonly owner: string;
  /** Owns nothing, and may do what the owner grants it: `dual_id_application`. */
  readonly application: string;
}

const plainRoleNames = { owner: 'dual_id_owner', application: 'dual_id_application' };
const lockRoles = `SELECT pg_advisory_xact_lock(${advisoryLock('roles').join(', ')})`;

/**
 * Opens the database of an embedded server to two plain roles, which it creates if they are
 * missing. Existing objects of the superuser are transferred to the owner. Nothing is written if
 * everything exists.
 */
export async function openPlainRoles(superuserUrl: string): Promise<PlainRoles> {
  const roles = {
    owner: roleUrl('owner', superuserUrl),
    application: roleUrl('application', superuserUrl),
  };
  const client = new Client({ connectionString: superuserUrl, connectionTimeoutMillis: 5_000 });
  // Without a listener, a server that ends meanwhile would end this process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ isOpen: boolean }>(openSql);
    if (rows[0]?.isOpen !== true) await openRoles(client, superuserUrl);
  } finally {
    await client.end();
  }
  return roles;
}

async function openRoles(client: Client, superuserUrl: string): Promise<void> {
  await client.query('BEGIN');
  await client.query(lockRoles);
  for (const role of ['owner', 'application'] as const) {
    const password = client.escapeLiteral(passwordOf(role, superuserUrl));
    await client.query(`DO $do$ BEGIN
      IF to_regrole('${plainRoleNames[role]}') IS NULL THEN
        CREATE ROLE ${plainRoleNames[role]} LOGIN NOSUPERUSER PASSWORD ${password};
      END IF;
    END $do$`);
  }
  await client.query(handOver);
  await client.query('COMMIT');
}

function roleUrl(role: keyof PlainRoles, superuserUrl: string): string {
  const url = new URL(superuserUrl);
  url.username = plainRoleNames[role];
  url.password = passwordOf(role, superuserUrl);
  return url.href;
}

/** Derived from the superuser's, so that every process that may read that one knows it. */
function passwordOf(role: keyof PlainRoles, superuserUrl: string): string {
  const secret = decodeURIComponent(new URL(superuserUrl).password);
  return createHmac('sha256', secret).update(plainRoleNames[role]).digest('base64url');
}

const openSql = `SELECT to_regrole('${plainRoleNames.application}') IS NOT NULL
  AND pg_get_userbyid(datdba) = '${plainRoleNames.owner}' AS "isOpen"
  FROM pg_database WHERE datname = current_database()`;

const ours = (schema: string, catalog: string, oid: string) =>
  `${schema} !~ '^pg_' AND ${schema} <> 'information_schema' AND NOT EXISTS (
     SELECT FROM pg_depend x WHERE x.classid = '${catalog}'::regclass AND x.objid = ${oid}
       AND x.objsubid = 0 AND x.deptype IN ('e', 'i', 'a'))`;

/** A partition depends on its table, and yet has an owner of its own. */
const ourTable = `(${ours('n.nspname', 'pg_class', 'c.oid')} OR c.relispartition)`;

/** The database and everything in it except extensions; what depends on a table goes with it. */
const handOver = `DO $do$ DECLARE thing text; BEGIN
  FOR thing IN
    SELECT format('DATABASE %I', current_database())
    UNION ALL SELECT format('SCHEMA %I', nspname) FROM pg_namespace
      WHERE nspname <> 'public' AND ${ours('nspname', 'pg_namespace', 'oid')}
    UNION ALL SELECT format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW'
        WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, c.oid::regclass)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${ourTable}
    UNION ALL SELECT format('ROUTINE %s', p.oid::regprocedure)
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE ${ours('n.nspname', 'pg_proc', 'p.oid')}
    UNION ALL SELECT format('TYPE %s', t.oid::regtype)
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype IN ('e', 'd') AND ${ours('n.nspname', 'pg_type', 't.oid')}
    UNION ALL SELECT format('STATISTICS %I.%I', n.nspname, s.stxname)
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
      WHERE ${ours('n.nspname', 'pg_statistic_ext', 's.oid')}
  LOOP EXECUTE format('ALTER %s OWNER TO ${plainRoleNames.owner}', thing); END LOOP;
END $do$`;
