import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Controller, Get, NotFoundException } from '@nestjs/common';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import { IsString } from 'class-validator';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keepMessage, problem, ReturnsSchema } from 'nest-dual-id';
import { firstValueFrom, timeout } from 'rxjs';
import type { Api } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';

class Greeting {
  @IsString() name!: string;
}

const schema = { type: 'object', properties: { greeting: { type: 'string' } } } as const;
const secret = 'Invoice 7700000000000';

/** Serves HTTP and messages, as a hybrid application does. */
@Controller('greetings')
class HybridController {
  @Get()
  @ReturnsSchema(schema)
  read() {
    return { greeting: 'hello' };
  }

  @Get('missing')
  @ReturnsSchema(schema)
  missing() {
    throw new NotFoundException(secret);
  }

  @MessagePattern('greet')
  greet(@Payload() { name }: Greeting) {
    return { greeting: `hello ${name}` };
  }

  @MessagePattern('double')
  double(@Payload() number: number) {
    return number * 2;
  }

  @MessagePattern('throws.known')
  known() {
    throw problem('gone');
  }

  @MessagePattern('throws.http')
  http() {
    throw new NotFoundException(secret);
  }

  @MessagePattern('throws.kept')
  kept() {
    throw keepMessage(new NotFoundException('No such greeting.'));
  }

  @MessagePattern('throws.rpc')
  rpc() {
    throw new RpcException('Not today');
  }

  @MessagePattern('throws.wrapped')
  wrapped() {
    throw new RpcException(problem('misuse', { detail: `${secret}.` }));
  }

  @MessagePattern('throws.wrapped.known')
  wrappedKnown() {
    throw new RpcException(problem('gone'));
  }

  @MessagePattern('throws.wrapped.error')
  wrappedError() {
    throw new RpcException(Object.assign(new Error(secret), { query: secret }));
  }

  @MessagePattern('throws.error')
  async error() {
    return Promise.reject(new Error(secret));
  }
}

@Controller()
class ListeningController {
  @EventPattern('greeted')
  greeted(_name: string): void {}
}

let database: TestDatabase;
let api: Api;
let client: ClientProxy;
beforeAll(async () => {
  database = await freshDatabase();
  const options = { port: await freePort(), host: '127.0.0.1' };
  api = await startApi({
    url: database.url,
    entities: [],
    controllers: [HybridController],
    options: { exempt: { HybridController: 'greets by name, and knows no row' } },
    prepare: (app) =>
      void app.connectMicroservice(
        { transport: Transport.TCP, options },
        { inheritAppConfig: true, deferInitialization: true },
      ),
  });
  await api.app.startAllMicroservices();
  client = ClientProxyFactory.create({ transport: Transport.TCP, options });
});
afterAll(async () => {
  client.close();
  await api.close();
  await database.drop();
});

const ask = (pattern: string, data: unknown = {}): Promise<unknown> =>
  firstValueFrom(client.send<unknown>(pattern, data).pipe(timeout(5_000)));
const failureOf = (pattern: string, data?: unknown): Promise<unknown> =>
  ask(pattern, data).then(
    () => 'It answers.',
    (error: unknown) => error,
  );

describe('a handler of messages over TCP', () => {
  test('gets its payload as sent, validated if it is a class with rules', async () => {
    expect(await ask('double', 21)).toBe(42);
    expect(await ask('greet', { name: 'Ada' })).toEqual({ greeting: 'hello Ada' });
    expect(await failureOf('greet', { name: 7 })).toMatchObject({ code: 'invalid_body' });
  });

  test.each([
    ['throws.known', { code: 'gone', status: 410 }],
    ['throws.http', { code: 'not_found', status: 404 }],
    ['throws.error', { code: 'internal', status: 500 }],
    ['throws.kept', { code: 'not_found', detail: expect.stringMatching(/^No such greeting\./) }],
    ['throws.wrapped', { code: 'internal', status: 500 }],
    ['throws.wrapped.known', { code: 'gone', status: 410 }],
    ['throws.wrapped.error', { code: 'internal', status: 500 }],
    ['throws.rpc', { status: 'error', message: 'Not today' }],
  ])(
    'that fails at %s reports it to its client, without internal details',
    async (pattern, expected) => {
      const failure = await failureOf(pattern);
      expect(failure).toMatchObject(expected);
      expect(JSON.stringify(failure)).not.toContain('77000');
    },
  );

  test('does not affect what the same application serves over HTTP', async () => {
    expect((await api.get('/greetings')).body).toEqual({ greeting: 'hello' });
    expect((await api.get('/greetings/missing')).body.code).toBe('not_found');
  });
});

describe('the boot check', () => {
  const parts = () => ({ url: database.url, entities: [] });

  test('refuses handlers that respond to messages, unless exempt with a reason', async () => {
    const hybrid = { ...parts(), controllers: [HybridController] };
    expect(await refusalOf(hybrid)).toContain('HybridController responds to messages in greet');
    const silent = { ...hybrid, options: { exempt: { HybridController: '' } } };
    expect(await refusalOf(silent)).toContain('HybridController is exempt without a reason');
  });

  test('accepts event handlers, which have nobody to respond to', async () => {
    expect(await refusalOf({ ...parts(), controllers: [ListeningController] })).toBe('It boots.');
  });

  test('refuses a gateway, unless exempt with a reason', async () => {
    class ChatGateway {}
    // What @WebSocketGateway records; the package would require a driver.
    Reflect.defineMetadata('websockets:is_gateway', true, ChatGateway);
    const chat = { ...parts(), providers: [ChatGateway] };
    expect(await refusalOf(chat)).toContain('ChatGateway is a gateway, which no schema checks');
    const options = { exempt: { ChatGateway: 'sends public ids only' } };
    expect(await refusalOf({ ...chat, options })).toBe('It boots.');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
