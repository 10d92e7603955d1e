import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from 'nest-dual-id';
import { statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
let database: Database;
beforeAll(async () => {
  guarded = await guardedDatabase();
  database = guarded.database;
});
afterAll(() => guarded.stop());

const fails = statement('SELECT 1 / 0');

describe('settings inside a running transaction', () => {
  const show = statement(`SELECT current_setting('app.tenant', true)`);
  const tenant = async () => (await database.rows(show))[0]![0] || null;

  test('apply to the work, nested or not, and are restored after it', async () => {
    await database.transaction(async () => {
      expect(await tenant()).toBeNull();
      await database.withSettings({ 'app.tenant': 'A' }, async () => {
        expect(await tenant()).toBe('A');
        await database.withSettings({ 'app.tenant': 'B' }, async () =>
          expect(await tenant()).toBe('B'),
        );
        expect(await tenant()).toBe('A');
        await database.transaction(async () => expect(await tenant()).toBe('A'));
      });
      expect(await tenant()).toBeNull();
    });
  });

  test('are removed with the work when it fails', async () => {
    await database.withSettings({ 'app.tenant': 'outer' }, () =>
      database.transaction(async () => {
        const failed = database.withSettings({ 'app.tenant': 'A' }, () => database.rows(fails));
        await expect(failed).rejects.toMatchObject({ code: 'internal' });
        expect(await tenant()).toBe('outer');
      }),
    );
  });
});
