import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Patch, Post, Query } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { installDualId, PublicIdParam, ReturnsSchema } from 'nest-dual-id';
import { Idempotent, IdempotencyModule, installIdempotency } from 'nest-dual-id/idempotency';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import { makePatients, Patient, Visitor } from '../../support/patients.js';

const counted = {
  type: 'object',
  additionalProperties: false,
  required: ['runs'],
  properties: { runs: { type: 'integer' } },
} as const;

let runs = 0;

@Controller('letters')
class LettersController {
  @Post(':letterUuid/copies')
  @Idempotent()
  @ReturnsSchema(counted)
  copy(
    @PublicIdParam('letterUuid', Patient) _uuid: string,
    @Query('tone') _tone: string,
    @Query('to') _to: string,
  ) {
    return { runs: ++runs };
  }

  @Post(':letterUuid/answers')
  @Idempotent()
  @ReturnsSchema(counted)
  answer(@PublicIdParam('letterUuid', Patient) _uuid: string) {
    return { runs: ++runs };
  }

  @Post()
  @ReturnsSchema(counted)
  write() {
    return { runs: ++runs };
  }

  @Patch()
  @ReturnsSchema(counted)
  rewrite() {
    return { runs: ++runs };
  }
}

const callers: Record<string, string> = { 'token 1': 'ada', 'token 2': 'ada', 'token 3': 'bob' };
const caller = ({ headers }: FastifyRequest) => callers[headers.authorization ?? ''] ?? '';

let example: Example;
beforeAll(async () => {
  example = await startExample({
    entities: [Patient, Visitor],
    controllers: [LettersController],
    imports: [IdempotencyModule.forRoot({ caller })],
    migrate: async (runner) => {
      await installDualId(runner);
      await installIdempotency(runner);
      await makePatients(runner);
    },
  });
});
afterAll(() => example.stop());
beforeEach(() => {
  runs = 0;
});

const uuid = 'a0b8f2c6-4f0e-4c55-9a43-5d0f3f3a1c9e';
const other = 'a0b8f2c6-4f0e-4c55-9a43-5d0f3f3a1c9f';
const copies = `/letters/${uuid}/copies`;
let keys = 0;
const newKey = () => `key-${++keys}`;
const post = async (path: string, key: string, token = 'token 1', method = 'POST') => {
  const headers = { 'idempotency-key': key, authorization: token };
  return example.ask(method, path, { headers });
};
const runsOf = async (...addresses: string[]) => {
  const key = newKey();
  const told = [];
  for (const address of addresses) told.push((await post(address, key)).body.runs);
  return told;
};

describe('a key counts for one address in any format', () => {
  test.each([
    ['a public id in capitals', `/letters/${uuid.toUpperCase()}/copies`],
    ['percent-encoded characters', `/letters/${uuid.replaceAll('-', '%2D')}/copies`],
    ['a percent-encoded part of the route', `/%6Cetters/${uuid}/copies`],
    ['the absolute form', `http://elsewhere.example${copies}`],
    ['an empty query', `${copies}?`],
  ])('%s', async (_what, spelled) => {
    expect(await runsOf(copies, spelled)).toEqual([1, 1]);
  });

  test('with another order and encoding of the query', async () => {
    const asked = [
      `${copies}?tone=kind&to=${uuid}`,
      `${copies}?to=${uuid.toUpperCase()}&tone=%6Bind`,
    ];
    expect(await runsOf(...asked)).toEqual([1, 1]);
  });

  test('but not for any other letter, route or query', async () => {
    const addresses = [
      copies,
      `/letters/${other}/copies`,
      `/letters/${uuid}/answers`,
      `${copies}?tone=kind`,
      `${copies}?tone=rude`,
      `${copies}?to=kind`,
    ];
    expect(await runsOf(...addresses)).toEqual([1, 2, 3, 4, 5, 6]);
    const twice = [`${copies}?tone=a&tone=b`, `${copies}?tone=b&tone=a`, `${copies}?tone=a,b`];
    expect(await runsOf(...twice)).toEqual([7, 8, 9]);
  });
});

// The parser takes a fragment right after the path for a query.
test.each([
  [`${copies}#top`, 'invalid_query'],
  [`${copies}?tone=kind#top`, 'bad_request'],
])('an address with a fragment is refused, and nothing runs: %s', async (address, code) => {
  const answer = await post(address, newKey());
  expect([answer.status, answer.body.code, runs]).toEqual([400, code, 0]);
});

describe('a key counts for the caller identified by the application', () => {
  test('with any token of the caller', async () => {
    const key = newKey();
    const answers = [await post(copies, key), await post(copies, key, 'token 2')];
    expect(answers.map(({ body }) => body.runs)).toEqual([1, 1]);
  });

  test('but not for other callers', async () => {
    const key = newKey();
    const answers = [await post(copies, key), await post(copies, key, 'token 3')];
    expect(answers.map(({ body }) => body.runs)).toEqual([1, 2]);
  });

  test('and if the application identifies no caller, nothing runs', async () => {
    const answer = await post(copies, newKey(), 'no token');
    expect([answer.status, answer.body.code, runs]).toEqual([500, 'internal', 0]);
    expect((await example.ask('POST', copies)).body.runs).toBe(1);
  });
});

describe('a key that a route would ignore', () => {
  test('is refused if the route creates something, and nothing runs', async () => {
    const answer = await post('/letters', newKey());
    expect([answer.status, answer.body.code, runs]).toEqual([400, 'invalid_header', 0]);
    expect(answer.body.errors).toEqual([
      { header: 'Idempotency-Key', detail: expect.stringContaining('is not read by this route') },
    ]);
    expect((await example.ask('POST', '/letters')).body.runs).toBe(1);
  });

  test('is ignored elsewhere', async () => {
    expect((await post('/letters', newKey(), 'token 1', 'PATCH')).body.runs).toBe(1);
    expect((await post('/nowhere', newKey())).body.code).toBe('route_not_found');
  });
});
