import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { IsString } from 'class-validator';
import {
  Accepts,
  Database,
  DualIdFastifyAdapter,
  ReturnsNothing,
  statement,
  Unshaped,
} from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';

class Note {
  @IsString() text!: string;
}

/** The handlers that began. */
let handled: string[] = [];

@Controller('notes')
class NotesController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Post()
  @ReturnsNothing()
  create(@Body() _note: Note): void {
    handled.push('create');
  }

  @Post('slowly')
  @ReturnsNothing()
  async slowly(): Promise<void> {
    handled.push('slowly');
    await this.database.rows(statement('SELECT pg_sleep(0.5)'));
  }

  @Post('failing')
  @ReturnsNothing()
  async failing(): Promise<void> {
    handled.push('failing');
    await sleep(900);
    throw new Error('The handler is broken.');
  }

  @Post('upload')
  @Accepts('application/octet-stream')
  @ReturnsNothing()
  async upload(@Req() request: FastifyRequest): Promise<void> {
    handled.push('upload');
    for await (const part of request.raw) if (part) await this.database.rows(statement('SELECT 1'));
  }

  @Post('copy')
  @Accepts('application/octet-stream')
  @ReturnsNothing()
  async copy(@Req() request: FastifyRequest): Promise<void> {
    handled.push('copy');
    await this.database.transaction(async () => {
      for await (const part of request.raw)
        if (part) await this.database.rows(statement('SELECT 1'));
    });
  }

  @Post('pipe')
  @Accepts('application/octet-stream')
  @ReturnsNothing()
  async pipe(@Req() request: FastifyRequest): Promise<void> {
    handled.push('pipe');
    await this.database.transaction(async (manager) => {
      const client = (await manager.queryRunner!.connect()) as PoolClient;
      await client.query('CREATE TEMPORARY TABLE uploads (line text) ON COMMIT DROP');
      const into = client.query(copyFrom('COPY uploads FROM STDIN'));
      await pipeline(request.raw, into);
    });
  }

  @Post('late')
  @Accepts('application/octet-stream')
  @ReturnsNothing()
  async late(@Req() request: FastifyRequest): Promise<void> {
    handled.push('late');
    try {
      for await (const part of request.raw) if (part) await sleep(1);
    } catch {
      throw new Error('The upload broke off.');
    }
  }

  @Get('stream')
  @Unshaped('The test wants a stream.')
  stream(@Res() reply: FastifyReply): void {
    handled.push('stream');
    const source = Readable.from(
      (async function* () {
        for (let part = 0; part < 50; part += 1) {
          yield 'x'.repeat(100_000);
          await sleep(20);
        }
      })(),
    );
    void reply.send(source);
  }
}

/** The logged messages, by level. */
let logged: [string, string][] = [];
const note =
  (level: string) =>
  (...words: unknown[]) =>
    void logged.push([level, words.map(String).join(' ')]);
const logger: LoggerService = {
  log: () => undefined,
  error: note('error'),
  warn: note('warn'),
  fatal: note('fatal'),
};

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  api = await startApi({
    url: database.url,
    entities: [],
    controllers: [NotesController],
    adapter: new DualIdFastifyAdapter({ requestTimeout: 1_000 }),
    prepare: (app) => {
      app.useLogger(logger);
      const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
      fastify.addContentTypeParser('application/octet-stream', (_request, _payload, done) =>
        done(null),
      );
    },
  });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});
beforeEach(() => {
  logged = [];
  handled = [];
});

async function open(bytes: string) {
  const { port } = api.app.getHttpServer().address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (part) => (text += String(part)));
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(bytes);
  return { socket, ended };
}

const head = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
const chunked = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"tex`;

type Leaving = (socket: Socket) => void;
const ways: readonly [string, Leaving][] = [
  ['ends its side', (socket) => socket.end()],
  ['closes', (socket) => socket.destroy()],
  ['resets', (socket) => socket.resetAndDestroy()],
];

/** The database's failure counters; statements cancelled for a client are no failures. */
function failures(): unknown {
  const { lostConnections, queryTimeouts, readRefused, writeRefused } = api.app
    .get(Database)
    .counts();
  return { lostConnections, queryTimeouts, readRefused, writeRefused };
}

const upload = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nhalf`;

/** What is sent before the client leaves, and the handlers that it reaches. */
const moments: readonly [string, string?][] = [
  // In the headers, before the body, in it, and in one of chunks.
  ['POST /notes HTTP/1.1\r\nHost: a\r\nContent-Ty'],
  [head('/notes', 100)],
  [`${head('/notes', 100)}{"text":`],
  [chunked('/notes')],
  [`${head('/notes/slowly', 2)}{}`, 'slowly'],
  [`${head('/notes/failing', 2)}{}`, 'failing'],
  [upload('/notes/upload'), 'upload'],
  [upload('/notes/copy'), 'copy'],
  [upload('/notes/pipe'), 'pipe'],
  [upload('/notes/late'), 'late'],
  ['GET /notes/stream HTTP/1.1\r\nHost: a\r\n\r\n', 'stream'],
];

test.each(ways)(
  'a client that %s is not an error, whatever is done for it',
  async (_way, leave) => {
    const before = failures();
    const reached = moments.flatMap(([, handler]) => handler ?? []);
    const clients = await Promise.all(moments.map(([bytes]) => open(bytes)));
    for (let look = 0; look < 50 && handled.length < reached.length; look++) await sleep(10);
    for (const { socket } of clients) leave(socket);
    await sleep(1_200);
    for (const { socket } of clients) socket.destroy();
    expect(logged).toEqual([]);
    expect(handled.toSorted()).toEqual(reached.toSorted());
    expect(failures()).toEqual(before);
    expect((await api.ask('POST', '/notes', { body: { text: 'x' } })).status).toBe(204);
  },
);

test('a handler that fails while its client waits is an error', async () => {
  expect((await api.ask('POST', '/notes/failing', { body: {} })).status).toBe(500);
  expect(logged).toEqual([['error', expect.stringContaining('The handler is broken.')]]);
});

describe('a body that is too slow', () => {
  test('is refused with request_timeout and is not an error', async () => {
    const { ended } = await open(`${head('/notes', 100)}{"text":`);
    const text = await ended;
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(text).toContain('"code":"request_timeout"');
    expect([logged, handled]).toEqual([[], []]);
  });
});
