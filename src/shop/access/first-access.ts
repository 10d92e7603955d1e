import { createHash } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import type { PublicId } from 'nest-dual-id';
import { Database, Repositories, withMigrationLock } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import { Identity } from 'nest-dual-id/identity';
import { DataSource } from 'typeorm';
import { User } from '../users/user.entity.js';
import { UserView } from '../users/user.view.js';
import { chosenKey } from './key-options.js';
import type { ShopPermission } from './permissions.js';
import { allPermissions, shopPermissions, shopRoles } from './permissions.js';

/** How the first key comes about. */
export interface FirstAccessOptions {
  /** The token of the first key, if the operator chose one. */
  readonly chosen?: string | undefined;
  /** Keeps a token that was made, before the key counts; if it fails, there is no key. */
  readonly keep: (token: string) => Promise<void>;
}

const shopOwner = { firstName: 'Shop', lastName: 'Owner', email: 'owner@example.invalid' };

/**
 * Gives a shop without API keys its roles, its owner and the owner's key. If several instances
 * start together, one of them does this, and the others wait for it. Returns the token of the key,
 * if it made one.
 */
export async function createFirstAccess(
  app: INestApplicationContext,
  { chosen, keep }: FirstAccessOptions,
): Promise<string | undefined> {
  const keys = app.get(ApiKeys);
  const isFirst = async () => (await keys.list({ limit: 1 })).length === 0;
  if (!(await isFirst())) return undefined;
  return withMigrationLock(app.get(DataSource), () =>
    app.get(Database).transaction(async () => {
      if (!(await isFirst())) return undefined;
      const principalUuid = await createOwner(app);
      const key = { name: 'first key', scopes: allPermissions, principalUuid };
      if (chosen !== undefined) {
        await keys.import({ ...key, from: chosenKey, sha256: sha256Of(chosen) });
        return undefined;
      }
      const { token } = await keys.create(key);
      await keep(token);
      return token;
    }),
  );
}

/** Creates the roles with their permissions, and a user who is an owner. */
async function createOwner(app: INestApplicationContext): Promise<PublicId<User>> {
  const identity = app.get(Identity);
  const permissions = new Map<ShopPermission, string>();
  for (const name of allPermissions) {
    const { uuid } = await identity.createPermission({ name, description: shopPermissions[name] });
    permissions.set(name, uuid);
  }
  const { uuid: principalUuid } = await app.get(Repositories).of(User).create(UserView, shopOwner);
  for (const [name, granted] of Object.entries(shopRoles)) {
    const { uuid: roleUuid } = await identity.createRole({ name, owner: name === 'owner' });
    for (const permission of granted) {
      await identity.grant({ roleUuid, permissionUuid: permissions.get(permission)! });
    }
    if (name === 'owner') await identity.assign({ principalUuid, roleUuid });
  }
  return principalUuid;
}

function sha256Of(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
