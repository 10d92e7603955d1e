import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database, dualIdDataSource, restrictedTo, unrestricted } from 'nest-dual-id';
import type { OwnerRow } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import type { NewKey } from 'nest-dual-id/api-keys';
import { DataSource } from 'typeorm';
import { rowAccess, withAccess } from '../../../src/core/access/access-context.js';
import type { Principal } from '../../../src/core/access/principal.js';
import { guest, Wish, Wishlist } from '../../examples/wishlists.js';
import type { SignedInShopper, Started, WishlistApi } from '../../support/wishlist-api.js';
import { startWishlists, wishlistPepper } from '../../support/wishlist-api.js';

let app: WishlistApi;
let database: Database;
let ada: SignedInShopper;
let bob: SignedInShopper;
let adas: Started;
let bobs: Started;
beforeAll(async () => {
  app = await startWishlists();
  database = app.api.app.get(Database);
  [ada, bob] = [await app.shopper('Ada'), await app.shopper('Bob')];
  [adas, bobs] = [await listOf(ada), await listOf(bob)];
});
afterAll(() => app.stop());

async function listOf({ token }: SignedInShopper): Promise<Started> {
  const list = await app.start();
  const { status } = await app.ask('POST', '/wishlists/claims', token, { token: list.token });
  expect(status).toBe(201);
  return list;
}

const rowOf = ({ wishlistUuid }: Started): OwnerRow => ({ entity: Wishlist, uuid: wishlistUuid });
const inAnHour = () => new Date(Date.now() + 3_600_000);
const create = (row: OwnerRow | undefined, of: Partial<NewKey> = {}) =>
  app.keys.create({
    name: 'guest',
    ...(row && { guestOf: row }),
    scopes: [guest],
    expiresAt: inAnHour(),
    ...of,
  });
const outcomeOf = (work: Promise<{ key: { guestOf: { uuid: string } | null } }>) =>
  work.then(
    ({ key }) => key.guestOf?.uuid,
    ({ code }: { code: string }) => code,
  );

const person = ({ uuid }: SignedInShopper, of: Partial<Principal> = {}): Principal => ({
  uuid,
  scopes: undefined,
  permissions: new Set(),
  ...of,
});
const ownWork = <T>(principal: Principal, work: () => T): T =>
  withAccess({ principal, owner: principal.uuid! }, work);
const allWork = <T>(principal: Principal, work: () => T): T =>
  withAccess({ principal, owner: undefined }, work);
const guestWork = <T>(list: Started, work: () => T): T => {
  const guestOf = rowOf(list);
  const scopes = new Set([guest]);
  const principal = { uuid: null, guestOf, scopes, permissions: new Set<string>() };
  return withAccess({ principal, ...rowAccess(guestOf) }, work);
};

describe('somebody who works with what is theirs', () => {
  const asAda = <T>(work: () => T) => ownWork(person(ada), work);

  test('may let a guest to any row of theirs, for any purpose', async () => {
    expect(await outcomeOf(asAda(() => create(rowOf(adas))))).toBe(adas.wishlistUuid);
    const path = `${adas.path}/wishes`;
    const { body } = await app.ask('POST', path, ada.token, { text: 'a kite' });
    const wish = { entity: Wish, uuid: body.uuid as string };
    expect(await outcomeOf(asAda(() => create(wish, { scopes: ['x'] })))).toBe(body.uuid);
    const to = (row: OwnerRow) => outcomeOf(ownWork(person(bob), () => create(row)));
    expect(await to(wish)).toBe('missing_reference');
  });

  test('may let nobody to the row of another, which is refused like one that is not there', async () => {
    const refusal = async (uuid: string) =>
      asAda(() => create({ entity: Wishlist, uuid })).catch((error: unknown) => error);
    const foreign = await refusal(bobs.wishlistUuid);
    expect(foreign).toMatchObject({ code: 'missing_reference' });
    expect(await refusal(randomUUID())).toEqual(foreign);
  });

  test('gives no purpose that their credentials are not good for', async () => {
    const limited = (scopes: string[]) =>
      ownWork(person(ada, { scopes: new Set(scopes) }), () => outcomeOf(create(rowOf(adas))));
    expect(await limited(['wishlists:read'])).toBe('forbidden');
    expect(await limited([guest])).toBe(adas.wishlistUuid);
  });
});

describe('somebody who works with everything', () => {
  test('gives only purposes that they have as permissions', async () => {
    const by = (permissions: string[], scopes?: string[]) => {
      const of = { permissions: new Set(permissions), scopes: scopes && new Set(scopes) };
      return allWork(person(ada, of), () => outcomeOf(create(rowOf(bobs))));
    };
    expect(await by([])).toBe('forbidden');
    expect(await by(['wishlists:write'])).toBe('forbidden');
    expect(await by([guest], ['wishlists:write'])).toBe('forbidden');
    expect(await by([guest])).toBe(bobs.wishlistUuid);
  });
});

describe('a guest', () => {
  const asGuest = <T>(work: () => T) => guestWork(adas, work);

  test('may let others to the own row and what is below it, for the own purposes', async () => {
    expect(await outcomeOf(asGuest(() => create(rowOf(adas))))).toBe(adas.wishlistUuid);
    expect(await outcomeOf(asGuest(() => create(undefined)))).toBe(adas.wishlistUuid);
    const { body } = await app.ask('POST', `${adas.path}/wishes`, ada.token, { text: 'a' });
    const wish = { entity: Wish, uuid: body.uuid as string };
    expect(await outcomeOf(asGuest(() => create(wish)))).toBe(body.uuid);
    const wider = asGuest(() => create(rowOf(adas), { scopes: [guest, 'wishlists:show'] }));
    expect(await outcomeOf(wider)).toBe('forbidden');
    expect(await outcomeOf(asGuest(() => create(rowOf(bobs))))).toBe('missing_reference');
    const endless = asGuest(() => create(undefined, { expiresAt: null }));
    expect(await outcomeOf(endless)).toBe('misuse');
  });

  test('makes no key for a person or for nobody, in whatever work', async () => {
    const forAda = { principalUuid: ada.uuid, scopes: [] };
    expect(await outcomeOf(asGuest(() => create(undefined, forAda)))).toBe('missing_reference');
    const forRow = { principalUuid: adas.wishlistUuid };
    const job = restrictedTo(rowOf(adas), () => create(undefined, forRow));
    expect(await outcomeOf(job)).toBe('missing_reference');
    for (const of of [forAda, { scopes: [] }]) {
      const everywhere = asGuest(() => unrestricted(() => create(undefined, of)));
      expect(await outcomeOf(everywhere)).toBe('forbidden');
    }
    const other = asGuest(() => unrestricted(() => create(rowOf(bobs))));
    expect(await outcomeOf(other)).toBe('forbidden');
  });
});

describe('the keys of guests', () => {
  test('are known to work for their row alone, not to work for a person with the same id', async () => {
    const { key } = await create(rowOf(adas));
    const ways: readonly (() => Promise<unknown>)[] = [
      () => app.keys.get(key.uuid).then(() => 'found'),
      () => app.keys.list().then((all) => all.some(({ uuid }) => uuid === key.uuid)),
      () => app.keys.rotate(key.uuid, { grace: 60_000 }).then(() => 'rotated'),
      () => app.keys.revoke(key.uuid).then(() => 'revoked'),
    ];
    const known = async (to: string | OwnerRow) => {
      const found: unknown[] = [];
      for (const way of ways) {
        found.push(await restrictedTo(to, way).catch(({ code }: { code: string }) => code));
      }
      return found;
    };
    const unknown = ['not_found', false, 'not_found', 'not_found'];
    expect(await known(adas.wishlistUuid)).toEqual(unknown);
    expect(await known(rowOf(bobs))).toEqual(unknown);
    expect(await known(ada.uuid)).toEqual(unknown);
    expect((await app.keys.get(key.uuid)).revokedAt).toBeNull();
    expect(await known(rowOf(adas))).toEqual(['found', true, 'rotated', 'revoked']);
  });

  test('are listed by their row, and not as those of a person', async () => {
    const { key } = await create(rowOf(adas));
    const uuids = (of: object) =>
      app.keys.list({ limit: 1_000, ...of }).then((all) => all.map(({ uuid }) => uuid));
    expect(await uuids({ guestOf: rowOf(adas) })).toContain(key.uuid);
    expect(await uuids({ guestOf: rowOf(bobs) })).not.toContain(key.uuid);
    expect(await uuids({ principalUuid: adas.wishlistUuid })).toEqual([]);
    expect(await restrictedTo(rowOf(bobs), () => uuids({ guestOf: rowOf(adas) }))).toEqual([]);
  });

  test('are revoked all at once, and no others, by whoever has the row', async () => {
    const { keys } = app;
    const list = await listOf(ada);
    const mine = [await create(rowOf(list)), await create(rowOf(list), { scopes: ['x'] })];
    const foreign = await create(rowOf(bobs));
    for (const { token } of [...mine, foreign])
      expect(typeof (await keys.verify(token))).toBe('object');
    const notFound = { code: 'not_found' };
    const asBob = restrictedTo(bob.uuid, () => keys.revokeAllOf(rowOf(list)));
    await expect(asBob).rejects.toMatchObject(notFound);
    const asOther = restrictedTo(rowOf(bobs), () => keys.revokeAllOf(rowOf(list)));
    await expect(asOther).rejects.toMatchObject(notFound);
    expect(await restrictedTo(ada.uuid, () => keys.revokeAllOf(rowOf(list)))).toBe(2);
    expect(await keys.revokeAllOf(rowOf(list))).toBe(0);
    for (const { token } of mine) expect(await keys.verify(token)).toBe('revoked');
    for (const token of [foreign.token, ada.token]) {
      expect(typeof (await keys.verify(token))).toBe('object');
    }
  });

  test.each([
    ['created', (list: Started, _uuid: string) => create(rowOf(list))],
    ['rotated', (_list: Started, uuid: string) => app.keys.rotate(uuid, { grace: 60_000 })],
  ])('are revoked with those that are being %s meanwhile', async (_what, make) => {
    const list = await app.start();
    const first = await create(rowOf(list));
    let revoking: Promise<number> | undefined;
    const made = await database.transaction(async () => {
      const issued = await make(list, first.key.uuid);
      revoking = database.outside(() => app.keys.revokeAllOf(rowOf(list)));
      await untilWaiting();
      return issued;
    });
    await revoking;
    for (const { token } of [first, made, list]) {
      expect(await app.keys.verify(token)).toBe('revoked');
    }
  });
});

/** Waits until a statement waits for a lock. */
async function untilWaiting(): Promise<void> {
  const waiting = `SELECT FROM pg_locks WHERE NOT granted AND database = (
    SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const until = performance.now() + 20_000;
  while ((await app.sql(waiting)).length === 0) {
    if (performance.now() > until) throw new Error('Nothing waits.');
    await sleep(10);
  }
}

test('the key of a guest is unknown to an application that has no such entity', async () => {
  const { token } = await create(rowOf(adas));
  const options = { prefix: 'wish', environment: 'live', peppers: { 1: wishlistPepper } };
  const source = new DataSource(dualIdDataSource({ url: app.url, entities: [] }));
  const keys = new ApiKeys(new Database(await source.initialize(), {}), options);
  expect(await keys.verify(token)).toBe('unknown');
  expect(await keys.verify(ada.token)).toMatchObject({ principalUuid: ada.uuid, guestOf: null });
  await keys.close();
  await source.destroy();
});
