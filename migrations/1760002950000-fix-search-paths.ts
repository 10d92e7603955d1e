import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The functions behind the shop's triggers find its tables whatever the session searches: a
 * restore of rows alone searches nothing.
 */
export class FixSearchPaths1760002950000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await eachFunction(runner, `format('SET search_path = pg_catalog, %I, pg_temp', schema)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await eachFunction(runner, `'RESET search_path'`);
  }
}

const names = [
  'count_products_on_insert',
  'count_products_on_delete',
  'count_products_on_update',
  'refuse_status_edge',
  'record_status_change',
  'refuse_loose_history',
  'follow_imported_history',
];

/** Changes each function where it is: the schema that the migrations made it in. */
async function eachFunction(runner: QueryRunner, change: string): Promise<void> {
  await runner.query(`DO $do$ DECLARE function text; schema name; BEGIN
    FOREACH function IN ARRAY ARRAY[${names.map((name) => `'${name}'`).join(', ')}] LOOP
      SELECT n.nspname INTO STRICT schema FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.oid = to_regproc(function);
      EXECUTE format('ALTER FUNCTION %I.%I() %s', schema, function, ${change});
    END LOOP;
  END $do$`);
}
