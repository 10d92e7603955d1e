import {
  BadRequestException,
  Controller,
  Get,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keepMessage, problem, ReturnsSchema } from 'nest-dual-id';
import type { DualIdModuleOptions } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';

const schema = { type: 'object', properties: {} } as const;
const secret = 'Invoice 7700000000000 of secret_table';
const health = { status: 'error', details: { database: { status: 'down', message: secret } } };
const thrown: Readonly<Record<string, () => Error>> = {
  one: () => new NotFoundException(secret),
  list: () => new BadRequestException(['name is short', 'age is no number']),
  payment: () => new HttpException({ code: 'card_declined', message: 'Pay first' }, 402),
  teapot: () => new HttpException('Short and stout', 418),
  health: () => new ServiceUnavailableException(health),
  broken: () => new InternalServerErrorException(secret),
  chosen: () => keepMessage(new NotFoundException('No such table.')),
  away: () => keepMessage(new HttpException('Back at noon', 502)),
  own: () => problem('conflict', { detail: 'Taken.' }),
};

@Controller()
class ThrowingController {
  static add(name: string, make: () => Error): void {
    const handle = () => Promise.reject(make());
    const descriptor = { value: handle, configurable: true, writable: true };
    Object.defineProperty(ThrowingController.prototype, name, descriptor);
    ReturnsSchema(schema)(ThrowingController.prototype, name, descriptor);
    Get(name)(ThrowingController.prototype, name, descriptor);
  }
}
for (const [name, make] of Object.entries(thrown)) ThrowingController.add(name, make);

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const start = (options: DualIdModuleOptions = {}): Promise<Api> =>
  startApi({ url: database.url, entities: [], controllers: [ThrowingController], options });

describe('the message of an exception other than the library’s', () => {
  let api: Api;
  beforeAll(async () => {
    api = await start();
  });
  afterAll(() => api.close());

  test.each(Object.keys(thrown))('reveals no secret at %s', async (path) => {
    expect((await api.get(`/${path}`)).text).not.toMatch(/77000|secret|short|declined|stout|down/);
  });

  test('reaches the client unchanged if it was kept', async () => {
    const { status, body } = await api.get('/chosen');
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect(body.detail).toMatch(/^No such table\. Check the public id/);
    expect((await api.get('/away')).body.detail).toMatch(/^Back at noon\. /);
  });

  test('is kept for the library’s own errors', async () => {
    expect((await api.get('/own')).body.detail).toMatch(/^Taken\. /);
  });
});

describe('with exceptionMessages: keep', () => {
  let api: Api;
  beforeAll(async () => {
    api = await start({ exceptionMessages: 'keep' });
  });
  afterAll(() => api.close());

  test.each([
    ['one', 404, 'not_found'],
    ['payment', 402, 'card_declined'],
    ['teapot', 418, 'bad_request'],
    ['health', 503, 'unavailable'],
    ['broken', 500, 'internal'],
  ])('%s has its status and its code', async (path, status, code) => {
    const { body } = await api.get(`/${path}`);
    expect([body.status, body.code]).toEqual([status, code]);
  });

  test('a message is the detail, a list the errors, a health check its parts', async () => {
    expect((await api.get('/payment')).body.detail).toMatch(/^Pay first\. /);
    expect((await api.get('/list')).body.errors).toEqual([
      { detail: 'name is short' },
      { detail: 'age is no number' },
    ]);
    const { body, text } = await api.get('/health');
    expect(body.errors).toEqual([{ detail: 'database is down' }]);
    expect(text).not.toContain('secret');
  });

  test('other server errors do not show theirs', async () => {
    expect((await api.get('/broken')).text).not.toContain('secret');
  });
});
