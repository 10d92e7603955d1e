import { createIndexConcurrently, inBatches, runMigrations } from 'nest-dual-id';
import { migrationOf, sourceOf } from '../../support/written-migration.js';

/**
 * What the killed process and its successor do: `batches`, each of which takes some time, or
 * `index`.
 */
export const killedMigrations = {
  batches: migrationOf(
    (runner) =>
      inBatches(
        runner,
        { table: 'orders', size: 100 },
        (rows) => `WITH pause AS MATERIALIZED (SELECT pg_sleep(0.02))
          UPDATE orders SET tries = tries + 1 FROM pause WHERE tries = 0 AND ${rows}`,
      ),
    { transaction: false },
  ),
  index: migrationOf(
    (runner) =>
      createIndexConcurrently(runner, { name: 'orders_tries_ix', table: 'orders', on: '(tries)' }),
    { transaction: false },
  ),
};

/** Runs one of them in a process that is going to be killed. */
const [, script, name, url] = process.argv;
if (script?.endsWith('killed-migration.js')) {
  const migration = killedMigrations[name as keyof typeof killedMigrations];
  await runMigrations(sourceOf(url!, [migration]));
}
