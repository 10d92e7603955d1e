import { MigrationExecutor } from 'typeorm';
import { looking, patientSettings } from '../../query.js';
import type { StructureCheck } from '../structure-check.js';

/** The code is ahead of the database. */
export const migrationPending: StructureCheck = {
  code: 'migration_pending',
  finds: 'a migration of the application that has not run',
  fix: 'Run `dual-id migrate`.',
  find: async ({ model: { dataSource } }) => {
    if (dataSource.migrations.length === 0) return [];
    const pending = await looking(dataSource, patientSettings, (_query, runner) =>
      new MigrationExecutor(dataSource, runner).getPendingMigrations(),
    );
    return pending.map(({ name }) => ({ place: name, problem: 'the migration has not run' }));
  },
};
