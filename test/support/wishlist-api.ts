import type { Type } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { ApiKey, ApiKeys } from 'nest-dual-id/api-keys';
import { Identity } from 'nest-dual-id/identity';
import { DataSource } from 'typeorm';
import {
  migrateWishlists,
  Shopper,
  Wish,
  Wishlist,
  wishlistModule,
} from '../examples/wishlists.js';
import type { Api } from './api.js';
import { startApi } from './api.js';
import { emptyDatabase } from './empty-database.js';
import type { HttpResponse } from './http-client.js';
import { queryOutside } from './outside.js';
import { migratedFor } from './roles.js';

export const wishlistPepper = 'c3'.repeat(32);

/** A list as its guest gets it. */
export interface Started {
  readonly wishlistUuid: string;
  readonly token: string;
  readonly path: string;
}

/** Somebody who is signed in. */
export interface SignedInShopper {
  readonly uuid: string;
  readonly token: string;
}

/** The example of wishlists as a running application. */
export interface WishlistApi {
  /** The address for a role that owns nothing. */
  readonly url: string;
  readonly api: Api;
  readonly keys: ApiKeys;
  ask(method: string, path: string, token?: string, body?: object): Promise<HttpResponse>;
  start(): Promise<Started>;
  /** Adds a shopper with these permissions, and a key of theirs. */
  shopper(name: string, permissions?: readonly string[]): Promise<SignedInShopper>;
  /** Runs SQL as a superuser. */
  sql(text: string, values?: unknown[]): Promise<Record<string, any>[]>;
  stop(): Promise<void>;
}

const scopes = ['wishlists:read', 'wishlists:write', 'keys:manage'];

/** Starts the example, with more routes if a test has some. */
export async function startWishlists(controllers: Type[] = []): Promise<WishlistApi> {
  const database = await emptyDatabase();
  const url = await migratedFor(database.url, migrateWishlists);
  const superuser = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  const api = await startApi({
    url,
    entities: [Shopper, Wishlist, Wish, ApiKey],
    controllers,
    imports: [DualIdModule.forFeature([Wish]), wishlistModule(wishlistPepper)],
  });
  const keys = api.app.get(ApiKeys);
  const sql: WishlistApi['sql'] = (text, values) => queryOutside(superuser, text, values);
  const ask: WishlistApi['ask'] = (method, path, token, body) =>
    api.ask(method, path, {
      ...(body && { body }),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  return {
    url,
    api,
    keys,
    ask,
    sql,
    start: async () => {
      const { body } = await ask('POST', '/wishlists');
      return { ...body, path: `/wishlists/${body.wishlistUuid}` };
    },
    shopper: async (name, permissions = []) => {
      const insert = 'INSERT INTO shoppers (name) VALUES ($1) RETURNING uuid';
      const uuid = (await sql(insert, [name]))[0]!['uuid'] as string;
      await permit(api.app.get(Identity), uuid, permissions);
      const { token } = await keys.create({ name, scopes, principalUuid: uuid });
      return { uuid, token };
    },
    stop: async () => {
      await api.close();
      await superuser.destroy();
      await database.drop();
    },
  };
}

async function permit(identity: Identity, principalUuid: string, names: readonly string[]) {
  for (const name of names) {
    const role = await identity.createRole({ name: `${name} ${principalUuid}` });
    const permission = await identity.createPermission({ name });
    await identity.grant({ roleUuid: role.uuid, permissionUuid: permission.uuid });
    await identity.assign({ principalUuid, roleUuid: role.uuid });
  }
}
