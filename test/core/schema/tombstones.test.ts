import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dropDualIdTable } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Document, tables } from '../../support/guarded-entities.js';

let guarded: GuardedDatabase;
let document: Document;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
beforeEach(async () => {
  const { manager } = guarded.dataSource;
  document = await manager.save(manager.create(Document, { title: 'letter' }));
});
afterAll(() => guarded.stop());

const tombstone = { status: 'deleted', deleted_at: expect.any(Date), name: 'letter' };
const alive = { status: 'active', deleted_at: null, name: 'letter' };

describe('a soft delete', () => {
  test('makes the passport a tombstone, and a restore revives it', async () => {
    const documents = guarded.dataSource.getRepository(Document);
    await documents.softDelete({ uuid: document.uuid });
    expect(await guarded.passport(document.uuid)).toMatchObject({ ...tombstone, version: 2 });
    await documents.restore({ uuid: document.uuid });
    expect(await guarded.passport(document.uuid)).toMatchObject({ ...alive, version: 3 });
  });

  test('tells the time of the deletion, and a later change of it tells nothing new', async () => {
    const time = '1999-12-31T00:00:00.000Z';
    await guarded.sql(`UPDATE documents SET deleted_at = '${time}' WHERE uuid = $1`, [
      document.uuid,
    ]);
    const before = await guarded.passport(document.uuid);
    expect(before?.['deleted_at']).toEqual(new Date(time));
    await guarded.sql('UPDATE documents SET deleted_at = now() WHERE uuid = $1', [document.uuid]);
    expect(await guarded.passport(document.uuid)).toEqual(before);
  });

  test('before the INSERT makes a tombstone from the start', async () => {
    const [row] = await guarded.sql<{ uuid: string }>(
      `INSERT INTO documents (title, deleted_at) VALUES ('letter', now()) RETURNING uuid`,
    );
    expect(await guarded.passport(row!.uuid)).toMatchObject({ ...tombstone, version: 1 });
  });
});

describe('a hard delete', () => {
  test('makes tombstones of all its rows and of no others', async () => {
    const [other] = await guarded.sql<{ uuid: string }>(
      `INSERT INTO documents (title) VALUES ('letter') RETURNING uuid`,
    );
    await guarded.sql('DELETE FROM documents WHERE uuid = $1', [document.uuid]);
    expect(await guarded.passport(document.uuid)).toMatchObject(tombstone);
    expect(await guarded.passport(other!.uuid)).toMatchObject(alive);
  });

  test('after a soft one keeps the time of the first', async () => {
    await guarded.sql(`UPDATE documents SET deleted_at = '1999-12-31' WHERE uuid = $1`, [
      document.uuid,
    ]);
    const before = await guarded.passport(document.uuid);
    await guarded.sql('DELETE FROM documents');
    expect(await guarded.passport(document.uuid)).toMatchObject({
      status: 'deleted',
      deleted_at: before?.['deleted_at'],
    });
  });

  test('in the transaction of the INSERT leaves a tombstone too', async () => {
    const [row] = await guarded.dataSource.transaction(async (manager) => {
      const inserted = await manager.query(
        `INSERT INTO readings (value) VALUES (1) RETURNING uuid`,
      );
      await manager.query('DELETE FROM readings');
      return inserted as { uuid: string }[];
    });
    expect(await guarded.passport(row!.uuid)).toMatchObject({ status: 'deleted' });
  });
});

test('TRUNCATE makes tombstones of its own table only', async () => {
  const [reading] = await guarded.sql<{ uuid: string }>(
    'INSERT INTO readings (value) VALUES (1) RETURNING uuid',
  );
  await guarded.sql('TRUNCATE documents');
  expect(await guarded.passport(document.uuid)).toMatchObject(tombstone);
  expect(await guarded.passport(reading!.uuid)).toMatchObject({ status: 'active' });
});

test('dropping a table leaves tombstones, the type of a table never used goes with it', async () => {
  await dropDualIdTable(guarded.owner, tables.documents);
  await dropDualIdTable(guarded.owner, tables.invoices);
  expect(await guarded.passport(document.uuid)).toMatchObject(tombstone);
  const types = await guarded.sql(
    'SELECT id FROM dual_id.platform_types WHERE id IN (202, 203) ORDER BY id',
  );
  expect(types).toEqual([{ id: 203 }]);
  const functions = await guarded.sql(
    `SELECT proname FROM pg_proc WHERE proname ~ '^(documents|billing.invoices)_'`,
  );
  expect(functions).toEqual([]);
});
