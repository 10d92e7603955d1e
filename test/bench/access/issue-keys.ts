import { createHash, randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import { ApiKeys, ApiKeysModule } from 'nest-dual-id/api-keys';
import { Identity, IdentityModule } from 'nest-dual-id/identity';
import pg from 'pg';
import { shopDataSource } from '../../../src/shop/data-source-options.js';
import { User } from '../../../src/shop/users/user.entity.js';
import { benchKeys } from './bench-keys.js';

/** API keys of users who have no rights but over their own rows, and one of staff. */
export interface IssuedKeys {
  /** Tokens by the public id of their user. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly staff: string;
}

const scopes = ['orders:read', 'orders:write'];

/** Gives each user a key, known to the library and to the peer that looks it up by its SHA-256. */
export async function issueKeys(
  databaseUrl: string,
  users: readonly string[],
  staffUuid: string,
): Promise<IssuedKeys> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...shopDataSource(databaseUrl), retryAttempts: 0 }),
      DualIdModule.forRoot({ secret: 'a secret only for the benchmark' }),
      IdentityModule.forRoot({ principal: User }),
      ApiKeysModule.forRoot(benchKeys),
    ],
  })
  class IssuingModule {}

  const app = await NestFactory.createApplicationContext(IssuingModule, {
    logger: ['error', 'warn'],
  });
  try {
    const keys = app.get(ApiKeys);
    const issue = async (principalUuid: string) =>
      (await keys.create({ name: 'bench', scopes, principalUuid })).token;
    const tokens = new Map<string, string>();
    for (const user of users) tokens.set(user, await issue(user));
    await makeStaff(app.get(Identity), staffUuid);
    await copyKeys(databaseUrl, tokens);
    return { tokens, staff: await issue(staffUuid) };
  } finally {
    await app.close();
  }
}

/** Lets a user read the orders of all users. */
async function makeStaff(identity: Identity, principalUuid: string): Promise<void> {
  const name = 'orders:read';
  const known = (await identity.permissions()).find((permission) => permission.name === name);
  const permission = known ?? (await identity.createPermission({ name }));
  const role = await identity.createRole({ name: `bench ${randomUUID()}` });
  await identity.grant({ roleUuid: role.uuid, permissionUuid: permission.uuid });
  await identity.assign({ principalUuid, roleUuid: role.uuid });
}

async function copyKeys(databaseUrl: string, tokens: ReadonlyMap<string, string>): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('DROP TABLE IF EXISTS bench_keys');
    await client.query(
      `CREATE TABLE bench_keys (sha256 text PRIMARY KEY, user_id bigint NOT NULL,
        scopes text[] NOT NULL, expires_at timestamptz, revoked_at timestamptz)`,
    );
    await client.query(
      `INSERT INTO bench_keys (sha256, user_id, scopes)
       SELECT k.sha256, u.id, $3 FROM unnest($1::uuid[], $2::text[]) k (uuid, sha256)
       JOIN users u ON u.uuid = k.uuid`,
      [[...tokens.keys()], [...tokens.values()].map(sha256Of), scopes],
    );
    await client.query('VACUUM ANALYZE bench_keys, dual_id.api_keys');
  } finally {
    await client.end();
  }
}

function sha256Of(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
