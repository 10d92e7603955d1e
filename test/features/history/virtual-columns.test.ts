import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import { addDualId, DualId, DualIdEntity, Field, View } from 'nest-dual-id';
import { diagnoseData } from 'nest-dual-id/doctor';
import type { History, HistoryTable } from 'nest-dual-id/history';
import { addHistory } from 'nest-dual-id/history';
import { Column } from 'typeorm';
import { describeWhere } from '../../support/conditions.js';
import type { Archive } from './archive.js';
import { openArchive } from './archive.js';

@DualId({ table: 'bills', type: 60 })
class Bill extends DualIdEntity {
  @Column('int') amount!: number;
  @Column({ type: 'int', nullable: true, insert: false, update: false }) gross!: number | null;
  @Column({ type: 'int', nullable: true, insert: false, update: false }) later!: number | null;
}

@View(Bill)
class BillView {
  @Field() uuid!: PublicId<Bill>;
  @Field() amount!: number;
  @Field() gross!: number | null;
  @Field() later!: number | null;
}

/** PostgreSQL has virtual columns from version 18 on. */
const where18 = describeWhere(process.env['POSTGRES_VERSION'] !== '15', 'postgresql 18');

where18('a virtual column', () => {
  describe.each(['rows', 'changes'] as const)('with keep %s', (keep) => {
    const spec: HistoryTable = { table: 'bills', keep };
    let archive: Archive;
    let history: History;
    let uuid: string;
    let close: () => Promise<void>;
    const log = (table = spec) =>
      archive.owner.transaction((runner) => addHistory(runner, { ...table }));
    const images = async () =>
      (
        await archive.sql<{ new: object }>(
          `SELECT new - 'id' - 'uuid' - 'platform_type_id' AS new FROM dual_id.changes
       JOIN dual_id.history_tables USING (table_id) WHERE table_name = 'bills' ORDER BY change_id`,
        )
      ).map((row) => row.new);
    const versions = async () => (await history.of(BillView, uuid)).items.toReversed();

    beforeAll(async () => {
      archive = await openArchive(async (runner) => {
        await runner.query(`CREATE TABLE bills (amount integer NOT NULL,
        gross integer GENERATED ALWAYS AS (amount * 2) VIRTUAL)`);
        await addDualId(runner, { table: 'bills', type: { id: 60, name: 'bill' } });
        await addHistory(runner, spec);
      });
      [{ uuid }] = (await archive.sql('INSERT INTO bills (amount) VALUES (1) RETURNING uuid')) as [
        { uuid: string },
      ];
      await archive.sql('UPDATE bills SET amount = 2');
      await archive.sql(
        'ALTER TABLE bills ADD later integer GENERATED ALWAYS AS (amount * 3) VIRTUAL',
      );
      await archive.sql('UPDATE bills SET amount = 3');
      ({ history, close } = await archive.open([Bill]));
    });
    afterAll(async () => {
      await close();
      await archive.stop();
    });

    test('is left out of the log, as is one that is added later', async () => {
      expect(await images()).toEqual([{ amount: 1 }, { amount: 2 }, { amount: 3 }]);
      expect((await versions()).map(({ before, after }) => [before, after])).toEqual([
        [null, { uuid, amount: 1 }],
        [{ amount: 1 }, { amount: 2 }],
        [{ amount: 2 }, { amount: 3 }],
      ]);
    });

    test('is null in every state, whatever the row has today', async () => {
      const amounts = (await versions()).map(({ value }) => value);
      const unknown = { uuid, gross: null, later: null };
      expect(amounts).toEqual([1, 2, 3].map((amount) => ({ ...unknown, amount })));
      const state = await history.asOf(BillView, uuid, new Date());
      expect(state.value).toEqual({ ...unknown, amount: 3 });
      const [first] = await versions();
      const difference = await history.diff(BillView, uuid, first!.validFrom, new Date());
      expect(difference).toMatchObject({ before: { amount: 1 }, after: { amount: 3 } });
      expect(Object.keys(difference.after)).toEqual(['amount']);
    });

    test('is no finding of the doctor', async () => {
      const { findings } = await diagnoseData(archive.owner);
      expect(findings.filter(({ code }) => code === 'history_incomplete')).toEqual([]);
    });

    test('is computed again when a row is reverted', async () => {
      const [first] = await versions();
      const reverted = await history.revert(BillView, uuid, { version: first!.version });
      expect(reverted).toEqual({ uuid, amount: 1, gross: 2, later: 3 });
    });

    test('is logged once it is made again as a stored column', async () => {
      await archive.sql('ALTER TABLE bills DROP gross, ADD gross integer');
      await archive.sql('UPDATE bills SET amount = 9, gross = 18');
      expect((await images()).at(-1)).toEqual({ amount: 9, gross: 18 });
      const state = await history.asOf(BillView, uuid, new Date());
      expect(state.value).toEqual({ uuid, amount: 9, gross: 18, later: null });
    });

    test('cannot be that of the tenant', async () => {
      await archive.sql('ALTER TABLE bills ADD tenant uuid GENERATED ALWAYS AS (uuid) VIRTUAL');
      await expect(log({ ...spec, tenant: 'tenant' })).rejects.toThrow(
        /cannot keep the tenant, because the column tenant is computed .* Make it a stored column/,
      );
    });
  });
});

where18('a table that gets its first virtual column after it was logged', () => {
  test.each(['rows', 'changes'] as const)('shows nothing of it, with keep %s', async (keep) => {
    const archive = await openArchive(async (runner) => {
      await runner.query('CREATE TABLE bills (amount integer NOT NULL, later integer)');
      await addDualId(runner, { table: 'bills', type: { id: 60, name: 'bill' } });
      await runner.query('INSERT INTO bills (amount) VALUES (1)');
      await addHistory(runner, { table: 'bills', keep });
    });
    await archive.sql('ALTER TABLE bills ADD gross integer GENERATED ALWAYS AS (amount * 2)');
    await archive.sql('UPDATE bills SET amount = 2');
    await archive.sql('INSERT INTO bills (amount) VALUES (5)');
    const bills = await archive.sql('SELECT uuid FROM bills ORDER BY amount');
    const { history, close } = await archive.open([Bill]);
    const [older, newer] = await Promise.all(
      bills.map(async ({ uuid }) => (await history.of(BillView, uuid!)).items[0]!),
    );
    const { findings } = await diagnoseData(archive.owner);
    await close();
    await archive.stop();
    expect(older!.value).toMatchObject({ amount: 2, gross: null });
    expect(newer!.after).toEqual({ uuid: bills[1]!['uuid'], amount: 5, later: null });
    expect(findings.filter(({ code }) => code === 'history_incomplete')).toEqual([]);
  });
});
