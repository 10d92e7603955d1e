import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Inject, Injectable, Post, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Database, ReturnsSchema, statement } from 'nest-dual-id';
import { Idempotent } from 'nest-dual-id/idempotency';
import { installLocks, Locks } from 'nest-dual-id/locks';
import { from, lastValueFrom } from 'rxjs';
import { DataSource } from 'typeorm';
import { IdempotencyInterceptor } from '../../../src/features/idempotency/idempotency.interceptor.js';
import { IDEMPOTENCY_OPTIONS } from '../../../src/features/idempotency/idempotency.options.js';
import { KeptAnswers } from '../../../src/features/idempotency/kept-answers.js';
import { LeaseRows } from '../../../src/features/locks/lease-rows.js';
import { Leases } from '../../../src/features/locks/leases.js';
import { TransactionLocks } from '../../../src/features/locks/transaction-locks.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { runSql } from '../../support/empty-database.js';
import { migratedFor } from '../../support/roles.js';
import { Visit } from './visit.entity.js';

const shape = {
  title: 'Count',
  type: 'object',
  properties: { count: { type: 'integer' } },
  required: ['count'],
  additionalProperties: false,
} as const;

/** Takes a lease around the whole request, including its transaction. */
@Injectable()
class LeaseInterceptor implements NestInterceptor {
  constructor(@Inject(Locks) private readonly locks: Locks) {}

  intercept(_: ExecutionContext, next: CallHandler<unknown>) {
    return from(this.locks.withLease('visits', 1_000, () => lastValueFrom(next.handle())));
  }
}

@Controller('tasks')
class WorkController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Locks) private readonly locks: Locks,
  ) {}

  @Post('typeorm')
  @Idempotent()
  @ReturnsSchema(shape)
  async byTypeOrm() {
    const visits = this.dataSource.getRepository(Visit);
    await visits.save({ name: 'a visit' });
    await this.dataSource.query('SELECT pg_sleep(0.02)');
    return { count: await visits.count() };
  }

  @Post('undone')
  @Idempotent()
  @ReturnsSchema(shape)
  async undone() {
    await this.dataSource.getRepository(Visit).save({ name: 'undone' });
    throw new Error('undone');
  }

  @Post('plain-serializable')
  @Idempotent()
  @ReturnsSchema(shape)
  plainSerializable() {
    return this.#serializable();
  }

  @Post('serializable')
  @Idempotent({ isolation: 'SERIALIZABLE' })
  @ReturnsSchema(shape)
  serializable() {
    return this.#serializable();
  }

  @Post('leased')
  @Idempotent()
  @UseInterceptors(LeaseInterceptor)
  @ReturnsSchema(shape)
  async leased() {
    await this.dataSource.getRepository(Visit).save({ name: 'leased' });
    return { count: 1 };
  }

  @Post('leasing')
  @Idempotent()
  @ReturnsSchema(shape)
  leasing() {
    return this.locks.withLease('visits', 1_000, async () => ({ count: 1 }));
  }

  #serializable() {
    return this.database.transaction(async () => {
      const [row] = await this.database.rows(level);
      expect(row).toEqual(['serializable']);
      return { count: 1 };
    }, 'SERIALIZABLE');
  }
}

const level = statement('SHOW transaction_isolation');

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  const url = await migratedFor(database.url, async (runner) => {
    await installLocks(runner);
    await runner.query(
      'CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)',
    );
  });
  api = await startApi({
    url,
    entities: [Visit],
    controllers: [WorkController],
    providers: [
      KeptAnswers,
      IdempotencyInterceptor,
      { provide: IDEMPOTENCY_OPTIONS, useValue: { caller: 'everyone' } },
      LeaseInterceptor,
      LeaseRows,
      Leases,
      TransactionLocks,
      Locks,
    ],
  });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
afterEach(() => sql('TRUNCATE visits'));

const sql = (text: string) => runSql(database.url, text);
const post = (path: string, key?: string) =>
  api.ask('POST', `/tasks/${path}`, key ? { headers: { 'Idempotency-Key': key } } : {});

describe('a handler that writes with TypeORM', () => {
  test('runs in the transaction of its key, however many keys there are at once', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`.replace(' ', '-'));
    const answers = await Promise.all(keys.map((key) => post('typeorm', key)));
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 201));
    expect(await sql('SELECT * FROM visits')).toHaveLength(keys.length);
  });

  test('is rolled back with the key when it fails', async () => {
    expect((await post('undone', 'undone')).status).toBe(500);
    expect(await sql('SELECT * FROM visits')).toEqual([]);
  });
});

describe('a handler that asks for SERIALIZABLE', () => {
  test('is refused without its key as it would be with one', async () => {
    const answers = [await post('plain-serializable'), await post('plain-serializable', 'plain')];
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
  });

  test('runs with and without a key if the route declares it', async () => {
    const answers = [await post('serializable'), await post('serializable', 'declared')];
    expect(answers.map(({ body }) => body)).toEqual([{ count: 1 }, { count: 1 }]);
  });
});

describe('a handler that needs a lease', () => {
  test('gets it from an interceptor around the request, with and without a key', async () => {
    const answers = [await post('leased'), await post('leased', 'leased')];
    expect(answers.map(({ body }) => body)).toEqual([{ count: 1 }, { count: 1 }]);
    expect(await sql('SELECT * FROM visits')).toHaveLength(2);
  });

  test('is refused without a key as it would be with one, if it takes the lease itself', async () => {
    const answers = [await post('leasing'), await post('leasing', 'leasing')];
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
  });
});
