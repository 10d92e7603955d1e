import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installRelations } from 'nest-dual-id/relations';
import { passportMissing } from '../../../src/features/doctor/data/checks/passport-missing.js';
import { dataChecks } from '../../../src/features/doctor/data/data-checks.js';
import { probesOf, readerOf, readModel } from '../../../src/features/doctor/data/diagnose-data.js';
import type { DataModel } from '../../../src/features/doctor/data/data-model.js';
import { sifting } from '../../../src/features/doctor/data/question.js';
import type { PageLimits } from '../../../src/features/doctor/data/walk.js';
import { walksOf, wrongRows } from '../../../src/features/doctor/data/walk.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { withoutGuards } from './sick-rows.js';

const many = 60;
let guarded: GuardedDatabase;
let model: DataModel;
beforeAll(async () => {
  guarded = await guardedDatabase();
  await guarded.owner.transaction(({ queryRunner }) => installRelations(queryRunner!));
  await guarded.sql(`INSERT INTO customers (first_name)
    SELECT n::text FROM generate_series(1, ${many}) n`);
  model = await readModel(guarded.owner);
});
afterAll(() => guarded.stop());

/** The keys of customers without a passport, page by page, and how many statements were needed. */
async function missing(limits: PageLimits) {
  const probes = probesOf([passportMissing], model).map(({ probe }) => probe);
  const [walk] = walksOf(probes.filter(({ place }) => place === 'customers'));
  const reader = readerOf(guarded.owner);
  const pages: string[][] = [];
  let statements = 0;
  const counting: typeof reader = (work) =>
    reader((query) =>
      work((sql, values) => {
        statements += 1;
        return query(sql, values);
      }),
    );
  for await (const rows of wrongRows(walk!, counting, limits)) {
    pages.push(rows.map(({ key }) => key[0]!));
  }
  return { pages, statements };
}

const keys = async (where: string) =>
  (await guarded.sql(`SELECT user_id::text FROM customers WHERE ${where} ORDER BY user_id`)).map(
    ({ user_id }) => user_id,
  );

describe('a table', () => {
  test('without wrong rows is read in as few pages as the limit allows', async () => {
    expect(await missing({ rowsPerPage: 1000, maxSuspects: 2 })).toEqual({
      pages: [],
      statements: 2,
    });
  });

  test('with more wrong rows than are held at once reports each of them once, a few at a time', async () => {
    const isSick = `first_name::int BETWEEN 5 AND 17 OR first_name = '${many}'`;
    await withoutGuards(guarded, [
      `DELETE FROM dual_id.passports WHERE uuid IN
        (SELECT external_user_id FROM customers WHERE ${isSick})`,
    ]);
    const { pages } = await missing({ rowsPerPage: many, maxSuspects: 4 });
    expect(pages.flat()).toEqual(await keys(isSick));
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(4);
  });

  test('is read in large pages again after its wrong rows', async () => {
    const small = await missing({ rowsPerPage: 4, maxSuspects: 4 });
    const large = await missing({ rowsPerPage: many, maxSuspects: 4 });
    expect(large.pages.flat()).toEqual(small.pages.flat());
    expect(large.statements).toBeLessThan(small.statements);
  });
});

test('no check looks up another table row by row, except for different names', async () => {
  const questions = walksOf(probesOf(dataChecks, model).map(({ probe }) => probe)).flatMap(
    (walk) => walk.questions,
  );
  expect(questions.length).toBeGreaterThan(10);
  for (const question of questions.filter(({ source }) => !source.isVirtual)) {
    const statement = sifting(question, 'true', 10);
    const rows = await guarded.sql(`EXPLAIN ${statement}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    if (!statement.includes('dual_id.erasures')) expect(plan).not.toContain('SubPlan');
  }
});
