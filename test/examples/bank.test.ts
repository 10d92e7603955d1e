import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { newPublicId, Repositories } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { migratedFor } from '../support/roles.js';
import { Account, AccountView, Bank, createBank, migrateBank, Report, ReportView } from './bank.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let bank: Bank;
beforeAll(async () => {
  database = await emptyDatabase();
  const applicationUrl = await migratedFor(database.url, migrateBank);
  app = await createBank(applicationUrl);
  await app.init();
  bank = app.get(Bank);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

describe('the bank of the page about locks', () => {
  test('keeps its money, however many transfers cross', async () => {
    const accounts = app.get(Repositories).of(Account);
    const [a, b] = await accounts.createMany(AccountView, [{ balance: 100 }, { balance: 100 }]);
    const transfers = Array.from({ length: 30 }, (_, at) =>
      at % 3 === 0 ? bank.transfer(a!.uuid, b!.uuid, 2) : bank.transfer(b!.uuid, a!.uuid, 1),
    );
    await Promise.all(transfers);
    const { items } = await accounts.many(AccountView, [a!.uuid, b!.uuid]);
    expect(items.map(({ balance }) => balance)).toEqual([100, 100]);
  });

  test('refuses a transfer to an unknown account', async () => {
    const { uuid } = await app.get(Repositories).of(Account).create(AccountView, { balance: 100 });
    await expect(bank.transfer(uuid, newPublicId(4), 1)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('lets two writers of a report take turns', async () => {
    const reports = app.get(Repositories).of(Report);
    const { uuid } = await reports.create(ReportView, {});
    const printed: number[] = [];
    const print = async (page: number) => void printed.push(page);
    await Promise.all([bank.writeReport(uuid, print), bank.writeReport(uuid, print)]);
    expect(printed).toEqual([1, 2, 3, 1, 2, 3]);
    expect((await reports.get(ReportView, uuid)).pages).toBe(3);
  });

  test('refuses to write a report without a lease', async () => {
    const reports = app.get(Repositories).of(Report);
    const { uuid } = await reports.create(ReportView, {});
    const unleased = reports.update(ReportView, uuid, { pages: 9 });
    await expect(unleased).rejects.toMatchObject({ code: 'misuse' });
  });

  test('has a mapping that agrees with its tables', async () => {
    const source = app.get(DataSource);
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    const texts = upQueries.map(({ query }) => query);
    expect(texts.filter((text) => /accounts|reports|lease/.test(text))).toEqual([]);
  });
});
