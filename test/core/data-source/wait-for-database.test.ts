import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { dualIdDataSource, waitForDatabase } from 'nest-dual-id';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';

let database: TestDatabase;
let server: Server | undefined;
let lines: string[];
beforeAll(async () => {
  database = await emptyDatabase();
});
beforeEach(() => {
  lines = [];
  const write = (line: string) => void lines.push(line);
  Logger.overrideLogger({ log: write, warn: write, error: write });
});
afterEach(() => {
  server?.close();
  Logger.overrideLogger(true);
});
afterAll(() => database.drop());

const options = (url: string) => dualIdDataSource({ url, entities: [] });

/** A port in front of the server, and what it does with a connection. */
async function before(onSocket: (socket: Socket) => void, port = 0): Promise<string> {
  server = createServer((socket) => onSocket(socket.on('error', () => undefined)));
  server.listen(port, '127.0.0.1');
  await new Promise((resolve) => server!.once('listening', resolve));
  const url = new URL(database.url);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return url.href;
}
function pass(socket: Socket): void {
  const { hostname, port } = new URL(database.url);
  const behind = connect(Number(port), hostname).on('error', () => undefined);
  socket.pipe(behind).pipe(socket);
}
/** What a server sends while it recovers. */
function notYet(socket: Socket): void {
  const text = Buffer.from('SFATAL\0C57P03\0Mthe database system is starting up\0\0');
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(text.length + 4, 1);
  socket.once('data', () => socket.end(Buffer.concat([head, text])));
}
async function timed(waiting: Promise<void>): Promise<{ error: unknown; took: number }> {
  const start = performance.now();
  const error = await waiting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, took: performance.now() - start };
}

test('a database that is starting is waited for', async () => {
  let count = 0;
  const url = await before((socket) => (++count <= 3 ? notYet(socket) : pass(socket)));
  await waitForDatabase(options(url));
  expect(count).toBe(4);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('waiting for it for up to 30 s');
});

test('a database whose port opens later is waited for', async () => {
  const url = await before(pass);
  await new Promise((resolve) => server!.close(resolve));
  const waiting = waitForDatabase(options(url));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await before(pass, Number(new URL(url).port));
  await expect(waiting).resolves.toBeUndefined();
});

test('one that never comes is waited for as long as configured, and the first error is kept', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none';
  const { error, took } = await timed(waitForDatabase(options(url), { timeout: 600 }));
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  expect(took).toBeGreaterThan(550);
  const once = await timed(waitForDatabase(options(url), { timeout: 0 }));
  expect(once.error).toMatchObject({ code: 'ECONNREFUSED' });
});

test('one that accepts a connection and stays silent ends with the time', async () => {
  const url = await before(() => undefined);
  const { error } = await timed(waitForDatabase(options(url), { timeout: 500 }));
  expect(String(error)).toMatch(/timeout/);
});

test.each([
  ['database', { pathname: '/nothing' }, '3D000'],
  ['role', { username: 'nobody' }, '28(000|P01)'],
])('a wrong %s is not waited for', async (_what, change, code) => {
  let count = 0;
  const url = new URL(await before((socket) => (count++, pass(socket))));
  const { error } = await timed(waitForDatabase(options(Object.assign(url, change).href)));
  expect((error as { code: string }).code).toMatch(new RegExp(code));
  expect(count).toBe(1);
});
