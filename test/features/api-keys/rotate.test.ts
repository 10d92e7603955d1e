import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newPublicId, restrictedTo } from 'nest-dual-id';
import type { Instance, Vault } from './vault.js';
import { openVault } from './vault.js';

let vault: Vault;
let app: Instance;
let other: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
  other = await vault.open();
});
afterAll(() => vault.stop());

const create = (more = {}) => app.keys.create({ name: 'export', scopes: ['read'], ...more });
const infoOf = async (uuid: string) => (await app.keys.list()).find((info) => info.uuid === uuid)!;

describe('a rotated key', () => {
  test('is replaced by one like it, and valid until the grace is over', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const old = await create({ principalUuid: await vault.person('Ada'), expiresAt });
    for (const { keys } of [app, other]) await keys.verify(old.token);
    const next = await app.keys.rotate(old.key.uuid, { grace: 2_000 });
    const { name, scopes, principalUuid } = old.key;
    expect(next.key).toMatchObject({ name, scopes, principalUuid, expiresAt, rotatedAt: null });
    expect(next.key.uuid).not.toBe(old.key.uuid);
    expect(await infoOf(old.key.uuid)).toMatchObject({
      replacedByUuid: next.key.uuid,
      rotatedAt: expect.any(Date),
      graceUntil: expect.any(Date),
      revokedAt: null,
    });
    for (const { keys } of [app, other]) {
      expect(await keys.verify(old.token)).toMatchObject({ uuid: old.key.uuid });
      expect(await keys.verify(next.token)).toMatchObject({ uuid: next.key.uuid });
    }
    await sleep(2_050);
    for (const { keys } of [app, other]) {
      expect(await keys.verify(old.token)).toBe('expired');
      expect(await keys.verify(next.token)).toMatchObject({ scopes: ['read'] });
    }
  });

  test('without a grace ends at once here, and within a second elsewhere', async () => {
    const old = await create();
    for (const { keys } of [app, other]) await keys.verify(old.token);
    await app.keys.rotate(old.key.uuid, { grace: 0 });
    expect(await app.keys.verify(old.token)).toBe('expired');
    await sleep(1_000);
    expect(await other.keys.verify(old.token)).toBe('expired');
  });

  test('gets the expiry that the rotation names', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const { key } = await create({ expiresAt });
    const next = await app.keys.rotate(key.uuid, { grace: 0, expiresAt: null });
    expect(next.key.expiresAt).toBeNull();
    const last = await app.keys.rotate(next.key.uuid, { grace: 0, expiresAt });
    expect(last.key.expiresAt).toEqual(expiresAt);
  });

  test('gets no successor once its principal was deleted', async () => {
    const principalUuid = await vault.person('Joan');
    const { key } = await create({ principalUuid });
    await vault.sql('UPDATE people SET deleted_at = now() WHERE uuid = $1', [principalUuid]);
    const rotating = app.keys.rotate(key.uuid, { grace: 0 });
    await expect(rotating).rejects.toMatchObject({ code: 'key_inactive' });
    expect(await app.keys.list({ principalUuid })).toHaveLength(1);
  });

  test('can be revoked in its grace, which leaves its successor', async () => {
    const old = await create();
    const next = await app.keys.rotate(old.key.uuid, { grace: 60_000 });
    await app.keys.revoke(old.key.uuid);
    expect(await app.keys.verify(old.token)).toBe('revoked');
    expect(await app.keys.verify(next.token)).toMatchObject({ uuid: next.key.uuid });
  });
});

describe('a rotation', () => {
  test('has one winner of many at once, and no key that nothing refers to', async () => {
    const { key } = await create({ name: 'contended' });
    const rotate = (at: number) => (at % 2 === 0 ? app : other).keys.rotate(key.uuid, { grace: 0 });
    // All of them have begun before the first can go on.
    const rotations = await vault.owner.transaction(async (holder) => {
      const hold = 'SELECT FROM dual_id.api_keys WHERE uuid = $1 FOR UPDATE';
      await holder.query(hold, [key.uuid]);
      const begun = Array.from({ length: 8 }, (_, at) => rotate(at));
      await sleep(500);
      return begun.map((one) => Promise.allSettled([one]));
    });
    const outcomes = (await Promise.all(rotations)).flat();
    const won = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const lost = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect([won.length, new Set(lost)]).toEqual([1, new Set(['key_rotated'])]);
    const all = (await app.keys.list()).filter(({ name }) => name === 'contended');
    expect(all.map(({ uuid }) => uuid).toSorted()).toEqual([key.uuid, won[0]!.key.uuid].toSorted());
  });

  test('of a key that is revoked, rotated, expired or missing is refused with the reason', async () => {
    const [revoked, rotated, expired] = [await create(), await create(), await create()];
    await app.keys.revoke(revoked.key.uuid);
    await app.keys.rotate(rotated.key.uuid, { grace: 60_000 });
    await vault.sql(
      `UPDATE dual_id.api_keys SET created_at = now() - interval '1 day',
         expires_at = now() - interval '1 second' WHERE uuid = $1`,
      [expired.key.uuid],
    );
    for (const [uuid, code] of [
      [revoked.key.uuid, 'key_inactive'],
      [rotated.key.uuid, 'key_rotated'],
      [expired.key.uuid, 'key_inactive'],
      [newPublicId(4), 'not_found'],
      ['7', 'malformed_public_id'],
    ] as const) {
      await expect(app.keys.rotate(uuid, { grace: 0 })).rejects.toMatchObject({ code });
    }
    for (const grace of [-1, 0.5, Number.NaN, Infinity, 367 * 86_400_000]) {
      const wrong = app.keys.rotate(revoked.key.uuid, { grace });
      await expect(wrong).rejects.toMatchObject({ code: 'misuse' });
    }
  });
});

describe('the list of keys', () => {
  test('has the newest first, page by page, those of one principal or of all', async () => {
    const principalUuid = await vault.person('Grace');
    const made = [];
    for (let at = 0; at < 5; at += 1) made.push((await create({ principalUuid })).key.uuid);
    const ids = (infos: readonly { uuid: string }[]) => infos.map(({ uuid }) => uuid);
    const newest = made.toReversed();
    expect(ids(await app.keys.list({ principalUuid }))).toEqual(newest);
    expect(ids(await app.keys.list({ limit: 5 }))).toEqual(newest);
    const first = await app.keys.list({ principalUuid, limit: 3 });
    const rest = await app.keys.list({ principalUuid, limit: 3, after: first.at(-1)!.uuid });
    expect([...ids(first), ...ids(rest)]).toEqual(newest);
    expect(await app.keys.list({ principalUuid, after: newest.at(-1)! })).toEqual([]);
    for (const limit of [0, 1_001, 0.5]) {
      await expect(app.keys.list({ limit })).rejects.toMatchObject({ code: 'misuse' });
    }
  });

  test('is empty behind a key of another principal, as behind one that does not exist', async () => {
    const [principalUuid, stranger] = [await vault.person('Ida'), await vault.person('Joe')];
    const own = (await create({ principalUuid })).key.uuid;
    const foreign = (await create({ principalUuid: stranger })).key.uuid;
    const newest = (await create({ principalUuid })).key.uuid;
    const asOwner = (after: string) => restrictedTo(principalUuid, () => app.keys.list({ after }));
    for (const after of [foreign, newPublicId(4)]) {
      expect(await asOwner(after)).toEqual([]);
      expect(await app.keys.list({ principalUuid, after })).toEqual([]);
    }
    expect(await asOwner(newest)).toMatchObject([{ uuid: own }]);
    expect((await app.keys.list({ after: foreign }))[0]).toMatchObject({ uuid: own });
  });

  test('of the work of an owner may name that owner, in letters of any case', async () => {
    const principalUuid = await vault.person('Kim');
    const { uuid } = (await create({ principalUuid })).key;
    const listed = restrictedTo(principalUuid, () =>
      app.keys.list({ principalUuid: principalUuid.toUpperCase() }),
    );
    expect(await listed).toMatchObject([{ uuid }]);
    const malformed = restrictedTo(principalUuid, () => app.keys.list({ principalUuid: '7' }));
    await expect(malformed).rejects.toMatchObject({ code: 'malformed_public_id' });
  });
});
