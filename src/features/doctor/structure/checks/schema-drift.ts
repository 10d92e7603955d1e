import { DataSource } from 'typeorm';
import { forJob } from '../../../../core/data-source/limits.js';
import { looking, patientSettings } from '../../query.js';
import { withoutSameDefaults } from '../changed-defaults.js';
import { driftFaults } from '../drift-faults.js';
import type { StructureCheck } from '../structure-check.js';

/** What TypeORM would write into the next migration although no entity changed. */
export const schemaDrift: StructureCheck = {
  code: 'schema_drift',
  finds:
    'a difference between entities and tables that `typeorm migration:generate` would write down',
  fix: 'Write the missing migration, or map in the entity what the database has.',
  find: async ({ model: { dataSource, catalog } }) => {
    const upQueries = await driftOf(dataSource);
    const statements = await withoutSameDefaults(
      upQueries.map(({ query }) => query),
      (work) => looking(dataSource, patientSettings, work),
    );
    return driftFaults(statements, catalog);
  },
};

/** TypeORM reads the catalog on connections it takes itself, so these come without limits. */
async function driftOf({ options }: DataSource) {
  const patient = new DataSource(forJob(options));
  await patient.initialize();
  try {
    return (await patient.driver.createSchemaBuilder().log()).upQueries;
  } finally {
    await patient.destroy();
  }
}
