import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import type { Office } from '../../features/history/office.js';
import { openOffice } from '../../features/history/office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.stop());

test('attaching a table again while it is written loses no change and stops no writer', async () => {
  const written: number[] = [];
  const load = { isDone: false };
  const waits: number[] = [];
  const write = async (writer: number) => {
    for (let at = 0; !load.isDone; at++) {
      const start = performance.now();
      const first = writer * 1_000_000 + at * 2;
      await office.owner.transaction(async (runner) => {
        await runner.query(`INSERT INTO notes VALUES (${first}), (${first + 1})`);
        await runner.query(`UPDATE notes SET moment = 'later' WHERE id = ${first}`);
      });
      written.push(first);
      waits.push(performance.now() - start);
    }
  };
  const writers = [1, 2, 3, 4].map(write);
  for (let round = 0; round < 30; round++) {
    const keep = round % 2 === 0 ? 'rows' : 'ids';
    await office.owner.transaction((runner) => addHistory(runner, { table: 'notes', keep }));
  }
  load.isDone = true;
  await Promise.all(writers);
  const [row] =
    await office.sql(`SELECT count(*) FILTER (WHERE operation = 'I')::integer AS inserts,
    count(*) FILTER (WHERE operation = 'U')::integer AS updates FROM dual_id.changes`);
  expect(row).toEqual({ inserts: written.length * 2, updates: written.length });
  expect(written.length).toBeGreaterThan(30);
  expect(Math.max(...waits)).toBeLessThan(5_000);
}, 120_000);
