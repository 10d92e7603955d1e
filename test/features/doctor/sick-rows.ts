import { installDualId } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { createGuardedTables } from '../../support/guarded-entities.js';
import { roleNames } from '../../support/roles.js';

/** Creates the guarded tables again, with a few rows of every kind. */
export async function fillGuarded({ owner, sql }: GuardedDatabase): Promise<void> {
  await sql('DROP SCHEMA dual_id, billing, public CASCADE');
  await sql(`CREATE SCHEMA public AUTHORIZATION ${roleNames.owner}`);
  await owner.transaction(async ({ queryRunner }) => {
    await installDualId(queryRunner!);
    await createGuardedTables(queryRunner!);
  });
  for (const statement of rows) await sql(statement);
}

/** Runs statements like the owner's restore of a bad backup: no trigger and no key refuses them. */
export async function withoutGuards(
  { superuser }: GuardedDatabase,
  statements: readonly string[],
): Promise<void> {
  await superuser.transaction(async (manager) => {
    await manager.query('SET LOCAL session_replication_role = replica');
    // New objects belong to the owner of the other tables.
    await manager.query(`SELECT set_config('role', pg_get_userbyid(nspowner), true)
      FROM pg_namespace WHERE nspname = 'dual_id'`);
    for (const statement of statements) await manager.query(statement);
  });
}

const rows = [
  `INSERT INTO roles (uuid, name) VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', 'admin'),
     ('01890a5d-ac96-774b-bcce-b302099a8058', 'guest')`,
  `INSERT INTO countries (slug, name) VALUES ('italy', 'Italy')`,
  `INSERT INTO customers (first_name, last_name, country_id) VALUES ('Ada', 'Byron', 1),
     ('Bob', 'Stone', NULL)`,
  `INSERT INTO billing.invoices (number, customer_id) SELECT n, user_id
     FROM customers, generate_series(1, 5) n WHERE first_name = 'Ada'`,
  `INSERT INTO documents (title) VALUES ('Minutes'), ('Letter')`,
  `INSERT INTO documents (title, deleted_at) VALUES ('Draft', now())`,
  `INSERT INTO readings (value) VALUES (1)`,
  `INSERT INTO notes (text) VALUES ('x'), ('y')`,
];
