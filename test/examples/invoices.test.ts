import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { migratedFor, urlAs } from '../support/roles.js';
import { invoicesModule, migrate } from './invoices.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  database = await emptyDatabase();
  await migratedFor(database.url, migrate);
  // Only the owner can plant canary ids.
  const AppModule = invoicesModule(urlAs('owner', database.url));
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new DualIdFastifyAdapter());
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const createInvoice = (number: string) =>
  fetch(`${url}/invoices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number }),
  });

describe("the README's invoices", () => {
  test('are created and read by public id, and by nothing else', async () => {
    const created = await createInvoice('2026-001');
    const invoice = (await created.json()) as { uuid: string };
    expect(created.headers.get('location')).toBe(`/invoices/${invoice.uuid}`);
    expect(Object.keys(invoice)).toEqual(['uuid', 'number']);
    const read = await fetch(`${url}/invoices/${invoice.uuid}`);
    expect(await read.json()).toEqual(invoice);
    expect((await fetch(`${url}/invoices/1`)).status).toBe(400);
    expect(await (await fetch(`${url}/invoices`)).json()).toMatchObject({ items: [invoice] });
  });

  test('leak no internal id and accept none', async () => {
    const seed = () => Promise.all([createInvoice('2026-002'), createInvoice('2026-003')]);
    await expectNoInternalIds(app, { seed });
  });
});
