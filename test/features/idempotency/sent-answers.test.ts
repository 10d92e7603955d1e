import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Inject, Post } from '@nestjs/common';
import { Database, installDualId, ReturnsSchema } from 'nest-dual-id';
import { Idempotent, IdempotencyModule, installIdempotency } from 'nest-dual-id/idempotency';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import { columnsWith } from '../../support/find-person.js';

const account = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'openedAt'],
  properties: {
    name: { type: 'string' },
    openedAt: { type: 'string', format: 'date-time' },
    balance: { type: 'integer' },
    cards: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: { number: { type: 'string' } },
      },
    },
  },
} as const;

let answer: object | undefined;

@Controller('accounts')
class AccountsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Post()
  @Idempotent()
  @ReturnsSchema(account)
  async open(): Promise<object | undefined> {
    await this.database.transaction(({ queryRunner }) =>
      queryRunner!.query('INSERT INTO opened DEFAULT VALUES'),
    );
    return answer;
  }
}

let example: Example;
beforeAll(async () => {
  example = await startExample({
    entities: [],
    controllers: [AccountsController],
    imports: [IdempotencyModule.forRoot({ caller: 'everyone' })],
    migrate: async (runner) => {
      await installDualId(runner);
      await installIdempotency(runner);
      await runner.query('CREATE TABLE opened (at timestamptz NOT NULL DEFAULT now())');
    },
  });
});
afterAll(() => example.stop());

const open = (key: string) =>
  example.ask('POST', '/accounts', { headers: { 'idempotency-key': key } });
const kept = async () => {
  const [row] = await example.sql(
    'SELECT answer FROM dual_id.idempotency_keys ORDER BY created_at DESC LIMIT 1',
  );
  return row?.['answer'];
};

describe('what is stored of a response', () => {
  test('is what the client was sent, and nothing else that the handler returned', async () => {
    answer = {
      name: 'Ada',
      openedAt: new Date(0),
      balance: 9_007_199_254_740_993n,
      id: 4242424242,
      passwordHash: 'platypus',
      cards: [{ number: '1', pin: 'platypus', owner: { id: 4242424242 } }],
    };
    const first = await open('sent');
    expect(first.text).toBe(
      '{"name":"Ada","openedAt":"1970-01-01T00:00:00.000Z","balance":9007199254740993,"cards":[{"number":"1"}]}',
    );
    expect(await kept()).toBe(first.text);
    const search = (text: string) => example.sql(text) as never;
    expect(await columnsWith(search, ['platypus', '4242424242'])).toEqual([]);
    answer = { name: 'somebody else', openedAt: new Date() };
    const retry = await open('sent');
    expect([retry.text, retry.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
  });

  test('is nothing if there is no response', async () => {
    answer = undefined;
    const first = await open('nothing');
    expect(await kept()).toBeNull();
    const retry = await open('nothing');
    expect([retry.status, retry.text]).toEqual([first.status, first.text]);
  });
});

test('a response that its schema cannot show is refused before anything is committed', async () => {
  answer = { name: 'Ada' };
  const opened = () => example.sql('SELECT FROM opened');
  const before = await opened();
  expect((await open('unfit')).status).toBe(500);
  expect(await opened()).toHaveLength(before.length);
  answer = { name: 'Ada', openedAt: new Date(0) };
  expect((await open('unfit')).status).toBe(201);
});
