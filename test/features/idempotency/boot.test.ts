import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Module, Post } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  DualIdFastifyAdapter,
  DualIdModule,
  dualIdDataSource,
  installDualId,
  ReturnsNothing,
  Unshaped,
} from 'nest-dual-id';
import { Idempotent, IdempotencyModule, installIdempotency } from 'nest-dual-id/idempotency';
import type { IdempotencyOptions } from 'nest-dual-id/idempotency';
import { DataSource } from 'typeorm';
import { startApi } from '../../support/api.js';
import { clientOf } from '../../support/http-client.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await emptyDatabase();
  const source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  await installDualId(source);
  await installIdempotency(source);
  await source.destroy();
});
afterAll(() => database.drop());

@Controller('bells')
class KeyedController {
  static rings = 0;

  @Post()
  @Idempotent()
  @ReturnsNothing()
  ring(): void {
    KeyedController.rings += 1;
  }
}

@Controller('bells')
class PlainController {
  @Post()
  @ReturnsNothing()
  ring(): void {}
}

@Controller('bells')
class UnshapedController {
  @Post()
  @Idempotent()
  @Unshaped('a recording')
  ring(): object {
    return {};
  }
}

/** Starts an application, does something with it and stops it; rejects if it refuses to boot. */
async function running(
  controller: Type,
  options: IdempotencyOptions | undefined,
  work: (app: NestFastifyApplication) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  class Root {}
  Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url: database.url, entities: [] })),
      DualIdModule.forRoot(),
      IdempotencyModule.forRoot(options),
    ],
    controllers: [controller],
  })(Root);
  const app = await NestFactory.create<NestFastifyApplication>(Root, new DualIdFastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  try {
    await app.listen(0, '127.0.0.1');
    await work(app);
  } finally {
    await app.close();
  }
}

describe('an application with an idempotent route', () => {
  test('is refused with what to write unless it identifies the caller', async () => {
    const refused = running(KeyedController, undefined);
    await expect(refused).rejects.toMatchObject({
      code: 'setup_refused',
      message: expect.stringMatching(/POST \/bells .*caller: \(request\) => .*caller: 'everyone'/),
    });
  });

  test('may declare that all callers are one', async () => {
    await running(KeyedController, { caller: 'everyone' }, async (app) => {
      const ask = clientOf(app);
      for (const authorization of ['ada', 'bob']) {
        const headers = { 'idempotency-key': 'once', authorization };
        expect((await ask('POST', '/bells', { headers })).status).toBe(204);
      }
      expect(KeyedController.rings).toBe(1);
    });
  });

  test('is refused if no schema declares the response of the route', async () => {
    const refused = running(UnshapedController, { caller: 'everyone' });
    await expect(refused).rejects.toMatchObject({
      code: 'setup_refused',
      message: expect.stringContaining('@Idempotent() and @Unshaped'),
    });
  });
});

test('an application without an idempotent route need not identify the caller', async () => {
  await running(PlainController, undefined);
});

test("a testing module's application refuses a key that a route would ignore", async () => {
  const api = await startApi({
    url: database.url,
    entities: [],
    controllers: [PlainController],
    imports: [IdempotencyModule.forRoot()],
  });
  const answer = await api.ask('POST', '/bells', { headers: { 'idempotency-key': 'once' } });
  await api.close();
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_header']);
});
