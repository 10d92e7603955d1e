import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import { expectNoInternalIds, testDatabase } from 'nest-dual-id/testing';
import type { TestDatabase } from 'nest-dual-id/testing';
import request from 'supertest';
import { AppModule } from './../src/app.module.js';
import { dataSourceOptions } from './../src/data-source.js';

describe('InvoicesController (e2e)', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    database = await testDatabase({
      server: process.env.DATABASE_URL,
      migrations: dataSourceOptions,
    });
    process.env.DATABASE_URL = database.url;
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new DualIdFastifyAdapter());
    await app.listen(0, '127.0.0.1');
  }, 60_000);

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const create = (number: string) =>
    request(app.getHttpServer()).post('/invoices').send({ number }).expect(201);

  it('/invoices/:invoiceUuid (GET)', async () => {
    const { body } = await create('2026-001');
    await request(app.getHttpServer()).get(`/invoices/${body.uuid}`).expect(200, body);
  });

  it('/invoices/7 (GET)', () => {
    return request(app.getHttpServer()).get('/invoices/7').expect(400);
  });

  it('lets no internal id out and none in', async () => {
    const seed = () => Promise.all([create('2026-002'), create('2026-003')]);
    await expectNoInternalIds(app, { seed });
  }, 60_000);
});
