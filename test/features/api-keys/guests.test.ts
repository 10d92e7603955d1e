import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import {
  CurrentPrincipal,
  currentOwnerRow,
  openApiOf,
  OwnOr,
  Requires,
  ReturnsNothing,
  SignedIn,
} from 'nest-dual-id';
import type { OwnerRow, Principal } from 'nest-dual-id';
import { Permissions } from 'nest-dual-id/identity';
import { guest, Wish, Wishlist } from '../../examples/wishlists.js';
import type { SignedInShopper, Started, WishlistApi } from '../../support/wishlist-api.js';
import { startWishlists } from '../../support/wishlist-api.js';

const reached: unknown[] = [];

/** Routes under every policy, with the name of the purpose as a permission where that is one. */
@Controller('doors')
class DoorsController {
  @Get('signed-in') @SignedIn() @ReturnsNothing() signedIn(): void {}
  @Get('requires') @Requires(guest) @ReturnsNothing() requires(): void {}
  @Get('own') @OwnOr(guest) @ReturnsNothing() own(): void {}
  @Get('other') @OwnOr(guest, { guest: 'wishlists:show' }) @ReturnsNothing() other(): void {}

  @Get('named')
  @OwnOr('wishlists:read', { guest })
  @ReturnsNothing()
  named(@CurrentPrincipal() principal: Principal): void {
    reached.push(principal, currentOwnerRow());
  }
}

let app: WishlistApi;
let ada: SignedInShopper;
let staff: SignedInShopper;
beforeAll(async () => {
  app = await startWishlists([DoorsController]);
  ada = await app.shopper('Ada');
  staff = await app.shopper('Staff', ['wishlists:read', 'wishlists:write', 'keys:manage']);
});
afterAll(() => app.stop());

const inAnHour = () => new Date(Date.now() + 3_600_000);
const rowOf = ({ wishlistUuid }: Started): OwnerRow => ({ entity: Wishlist, uuid: wishlistUuid });
const guestOf = (list: Started, scopes: readonly string[] = [guest]) =>
  app.keys.create({ name: 'guest', guestOf: rowOf(list), scopes, expiresAt: inAnHour() });
const status = async (method: string, path: string, token?: string, body?: object) =>
  (await app.ask(method, path, token, body)).status;

/** A list of Ada's, and a token for a guest of it. */
async function shared(): Promise<Started> {
  const list = await app.start();
  const claim = { token: list.token };
  expect(await status('POST', '/wishlists/claims', ada.token, claim)).toBe(201);
  return { ...list, token: (await guestOf(list)).token };
}

describe('a guest', () => {
  test('has the row and what is below it, beside the person whose it is', async () => {
    const [own, other] = [await shared(), await shared()];
    expect(await status('POST', `${own.path}/wishes`, own.token, { text: 'tea' })).toBe(201);
    const looks = (path: string) =>
      Promise.all(
        [own.token, ada.token, other.token, staff.token].map((t) => status('GET', path, t)),
      );
    expect(await looks(own.path)).toEqual([200, 200, 404, 200]);
    expect(await looks(`${own.path}/wishes`)).toEqual([200, 200, 404, 200]);
    const absent = `/wishlists/${randomUUID()}`;
    for (const [method, rest, body] of [
      ['GET', '', undefined],
      ['GET', '/wishes', undefined],
      ['POST', '/wishes', { text: 'x' }],
    ] as const) {
      const foreign = await app.ask(method, other.path + rest, own.token, body);
      const missing = await app.ask(method, absent + rest, own.token, body);
      expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
    }
  });

  test('is nobody: no permissions, no id that could be taken for a person’s', async () => {
    const list = await app.start();
    const permissions = app.api.app.get(Permissions);
    const before = permissions.counts();
    reached.length = 0;
    expect(await status('GET', '/doors/named', list.token)).toBe(204);
    const [principal, row] = reached as [Principal, OwnerRow];
    expect(principal).toEqual({
      uuid: null,
      guestOf: rowOf(list),
      keyUuid: expect.any(String),
      scopes: new Set([guest]),
      permissions: new Set(),
    });
    expect(row).toEqual(rowOf(list));
    expect(permissions.counts()).toEqual(before);
  });

  test.each([
    ['named', 204, 403],
    ['signed-in', 403, 403],
    ['requires', 403, 403],
    ['own', 403, 403],
    ['other', 403, 204],
  ])('may call the route %s only if it names the purpose', async (door, own, show) => {
    const list = await app.start();
    const { token } = await guestOf(list, ['wishlists:show']);
    expect(await status('GET', `/doors/${door}`, list.token)).toBe(own);
    expect(await status('GET', `/doors/${door}`, token)).toBe(show);
  });

  test('may not manage keys, not even their own', async () => {
    const { token } = await app.start();
    const { uuid } = (await app.keys.verify(token)) as { uuid: string };
    const scopes = ['keys:manage', guest];
    const mighty = (await guestOf(await app.start(), scopes)).token;
    for (const by of [token, mighty]) {
      expect(await status('GET', '/keys', by)).toBe(403);
      expect(await status('GET', `/keys/${uuid}`, by)).toBe(403);
      expect(await status('POST', '/keys', by, { name: 'x', scopes: [] })).toBe(403);
      expect(await status('POST', `/keys/${uuid}/rotate`, by, {})).toBe(403);
      expect(await status('DELETE', `/keys/${uuid}`, by)).toBe(403);
    }
  });

  test('is refused once the key is revoked or expired, or the row is deleted', async () => {
    const list = await shared();
    expect(await status('GET', list.path, list.token)).toBe(200);
    const { uuid } = (await app.keys.verify(list.token)) as { uuid: string };
    await app.keys.revoke(uuid);
    expect(await status('GET', list.path, list.token)).toBe(401);
    const expired = await guestOf(list);
    await app.sql(
      `UPDATE dual_id.api_keys SET created_at = now() - interval '2 days',
         expires_at = now() - interval '1 day' WHERE uuid = $1`,
      [expired.key.uuid],
    );
    expect(await status('GET', list.path, expired.token)).toBe(401);
    const { token } = await guestOf(list);
    expect(await status('DELETE', list.path, ada.token)).toBe(204);
    expect(await status('GET', list.path, token)).toBe(401);
  });

  test('is described by the routes that name the purpose', async () => {
    const { paths } = await openApiOf(app.api.app, { title: 'Wishlists', version: '1' });
    expect(paths['/doors/named']?.get).toMatchObject({
      security: [{ bearer: ['wishlists:read'] }, { bearer: [guest] }],
      'x-own-rows': true,
      'x-guest-scope': guest,
    });
    for (const door of ['signed-in', 'requires', 'own']) {
      const operation = paths[`/doors/${door}`]?.get;
      expect(operation?.security).toHaveLength(1);
      expect(operation).not.toHaveProperty('x-guest-scope');
    }
  });
});

describe('the key of a guest', () => {
  test('tells what it is a guest of, and no principal', async () => {
    const list = await app.start();
    const { key, token } = await guestOf(list);
    const found = await app.keys.verify(token);
    expect(found).toMatchObject({ principalUuid: null, guestOf: rowOf(list), scopes: [guest] });
    const info = { principalUuid: null, guestOf: { type: 'wishlist', uuid: list.wishlistUuid } };
    expect(await app.keys.get(key.uuid)).toMatchObject(info);
    expect((await app.ask('GET', `/keys/${key.uuid}`, staff.token)).body).toMatchObject(info);
    const { body } = await app.ask('GET', '/keys?limit=1', staff.token);
    expect(body.items).toMatchObject([info]);
  });

  const valid = () => ({
    name: 'guest',
    guestOf: { entity: Wishlist, uuid: randomUUID() as string },
    scopes: [guest],
    expiresAt: inAnHour(),
  });

  test.each([
    ['without an end', { expiresAt: null }, 'misuse'],
    ['without a purpose', { scopes: [] }, 'misuse'],
    ['with a principal as well', { principalUuid: randomUUID() }, 'misuse'],
    ['of what is no public id', { guestOf: { entity: Wishlist, uuid: 'x' } }, 'misuse'],
    ['of an entity that nothing maps', { guestOf: { entity: Map, uuid: randomUUID() } }, 'misuse'],
    ['of a row that does not exist', {}, 'missing_reference'],
    ['that has ended already', { expiresAt: new Date(0) }, 'rule_violated'],
  ])('%s is not created', async (what, of, code) => {
    const { wishlistUuid: uuid } = await app.start();
    const row = what.includes('exist') ? {} : { guestOf: { entity: Wishlist, uuid } };
    const creation = app.keys.create({ ...valid(), ...row, ...of } as never);
    await expect(creation).rejects.toMatchObject({ code });
  });

  test('is not created of a row of another kind, nor of one that is deleted', async () => {
    const { wishlistUuid: uuid, path } = await shared();
    const wish = { ...valid(), guestOf: { entity: Wish, uuid } };
    await expect(app.keys.create(wish)).rejects.toMatchObject({ code: 'missing_reference' });
    expect(await status('DELETE', path, ada.token)).toBe(204);
    const gone = { ...valid(), guestOf: { entity: Wishlist, uuid } };
    await expect(app.keys.create(gone)).rejects.toMatchObject({ code: 'gone' });
  });

  test('keeps its end in the database, whoever writes it', async () => {
    const { key } = await guestOf(await app.start());
    const endless = app.sql('UPDATE dual_id.api_keys SET expires_at = NULL WHERE uuid = $1', [
      key.uuid,
    ]);
    await expect(endless).rejects.toThrow(/api_keys_guest_ck/);
  });

  test('is rotated into another one of the same guest, which has an end too', async () => {
    const list = await app.start();
    const { key } = await guestOf(list);
    const endless = app.keys.rotate(key.uuid, { grace: 0, expiresAt: null });
    await expect(endless).rejects.toMatchObject({ code: 'rule_violated' });
    const next = await app.keys.rotate(key.uuid, { grace: 0 });
    expect(next.key).toMatchObject({ guestOf: { uuid: list.wishlistUuid }, scopes: [guest] });
    expect(await status('GET', list.path, next.token)).toBe(200);
  });

  test('is honored only for the kind of row that it was made for', async () => {
    const list = await app.start();
    const { key, token } = await guestOf(list);
    await app.sql('UPDATE dual_id.api_keys SET principal_type = 72 WHERE uuid = $1', [key.uuid]);
    expect(await app.keys.verify(token)).toBe('revoked');
  });
});
