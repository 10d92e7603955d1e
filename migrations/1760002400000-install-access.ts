import { installApiKeys, uninstallApiKeys } from 'nest-dual-id/api-keys';
import type { HistoryTable } from 'nest-dual-id/history';
import { addHistory, removeHistory } from 'nest-dual-id/history';
import { installIdentity, uninstallIdentity } from 'nest-dual-id/identity';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Roles and API keys, and who gave them to whom. */
export class InstallAccess1760002400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installIdentity(runner, { principal: { table: 'users' } });
    await installApiKeys(runner);
    for (const table of loggedAccess) await addHistory(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of loggedAccess) await removeHistory(runner, table);
    await uninstallApiKeys(runner);
    await uninstallIdentity(runner);
  }
}

const schema = 'dual_id';
const loggedAccess: readonly HistoryTable[] = [
  {
    schema,
    table: 'principal_roles',
    keep: 'rows',
    record: 'principal_id',
    related: 'role_uuid',
  },
  {
    schema,
    table: 'role_permissions',
    keep: 'rows',
    record: 'role_uuid',
    related: 'permission_uuid',
  },
  { schema, table: 'api_keys', keep: 'rows', redact: ['hash'], ignore: ['last_used_at'] },
];
