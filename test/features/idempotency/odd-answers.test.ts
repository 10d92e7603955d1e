import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  DualIdFastifyAdapter,
  dualIdDataSource,
  DualIdModule,
  PlainParam,
  ReturnsSchema,
} from 'nest-dual-id';
import { Idempotent, IdempotencyModule } from 'nest-dual-id/idempotency';
import type { JsonSchema } from '../../../src/core/json-schema/json-schema.js';
import { clientOf } from '../../support/http-client.js';
import type { Ask } from '../../support/http-client.js';
import type { TestDatabase } from '../../support/database.js';
import { urlAs } from '../../support/roles.js';
import { freshDatabase } from '../../support/database.js';

let runs = 0;
const answers: Record<string, unknown> = {
  nul: { text: 'a\0b' },
  half: { text: 'cut off \ud83d', list: ['\ude00'] },
  escaped: { text: '\\u0000 \\ud800' },
  wrapped: { 'nest-dual-id:json': '{"a":1}' },
  plain: { text: 'fine' },
};

const text = { type: 'string' } as const;
const answer: JsonSchema = {
  type: 'object',
  properties: {
    text,
    list: { type: 'array', items: text },
    'nest-dual-id:json': text,
    runs: { type: 'integer' },
  },
};

@Controller()
class AnswersController {
  @Post('answers/:name')
  @Idempotent()
  @ReturnsSchema(answer)
  answer(@PlainParam('name') name: string): unknown {
    runs += 1;
    return answers[name];
  }

  @Post('deep/*')
  @Idempotent()
  @ReturnsSchema(answer)
  deep(@PlainParam('*', { maxLength: 10_000 }) _rest: string): unknown {
    runs += 1;
    return { runs };
  }
}

let database: TestDatabase;
let app: NestFastifyApplication;
let ask: Ask;
beforeAll(async () => {
  database = await freshDatabase();
  const root = class {};
  const source = dualIdDataSource({ url: urlAs('application', database.url), entities: [] });
  Module({
    imports: [
      TypeOrmModule.forRoot({ ...source, retryAttempts: 0 }),
      DualIdModule.forRoot({}),
      IdempotencyModule.forRoot({ caller: 'everyone' }),
    ],
    controllers: [AnswersController],
  })(root);
  app = await NestFactory.create<NestFastifyApplication>(root, new DualIdFastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  ask = clientOf(app);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const post = (path: string) => ask('POST', path, { headers: { 'idempotency-key': 'once' } });

test.each(Object.keys(answers))('a response is stored to the character: %s', async (name) => {
  runs = 0;
  const first = await post(`/answers/${name}`);
  const again = await post(`/answers/${name}`);
  expect([first.status, again.status, runs]).toEqual([201, 201, 1]);
  expect(first.body).toEqual(answers[name]);
  expect(again.body).toEqual(answers[name]);
  expect(again.headers['idempotency-replayed']).toBe('true');
});

test('a key counts at a very long address, and at no other', async () => {
  runs = 0;
  const letters = Array.from({ length: 6000 }, () => Math.random().toString(36)[2]).join('');
  const [one, other] = [`/deep/${letters}a`, `/deep/${letters}b`];
  expect((await post(one)).body).toEqual({ runs: 1 });
  expect((await post(one)).body).toEqual({ runs: 1 });
  expect((await post(other)).body).toEqual({ runs: 2 });
});
