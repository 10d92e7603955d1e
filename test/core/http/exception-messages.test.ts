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

describe('the message of an exception that is not the library’s', () => {
  let api: Api;
  beforeAll(async () => {
    api = await start();
  });
  afterAll(() => api.close());

  test.each(Object.keys(thrown))('leaves no secret at %s', async (path) => {
    expect((await api.get(`/${path}`)).text).not.toMatch(/77000|secret|short|declined|stout|down/);
  });

  test('reaches the client where it was kept as it was thrown', async () => {
    const { status, json } = await api.get('/chosen');
    expect([status, json['code']]).toEqual([404, 'not_found']);
    expect(json['detail']).toMatch(/^No such table\. Check the public id/);
    expect((await api.get('/away')).json['detail']).toMatch(/^Back at noon\. /);
  });

  test('of the library’s own errors stays', async () => {
    expect((await api.get('/own')).json['detail']).toMatch(/^Taken\. /);
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
    const { json } = await api.get(`/${path}`);
    expect([json['status'], json['code']]).toEqual([status, code]);
  });

  test('a message is the detail, a list the errors, a health check its parts', async () => {
    expect((await api.get('/payment')).json['detail']).toMatch(/^Pay first\. /);
    expect((await api.get('/list')).json['errors']).toEqual([
      { detail: 'name is short' },
      { detail: 'age is no number' },
    ]);
    const { json, text } = await api.get('/health');
    expect(json['errors']).toEqual([{ detail: 'database is down' }]);
    expect(text).not.toContain('secret');
  });

  test('other errors of the server keep theirs to themselves', async () => {
    expect((await api.get('/broken')).text).not.toContain('secret');
  });
});
