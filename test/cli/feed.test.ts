import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Office } from '../features/history/office.js';
import { openOffice } from '../features/history/office.js';
import { dualId, root } from './command.js';

let office: Office;
let folder: string;
let config: string;
beforeAll(async () => {
  office = await openOffice();
  folder = await mkdtemp(join(root, 'dist/feed-'));
  config = join(folder, 'config.mjs');
  await writeFile(
    config,
    `import { defineDualIdConfig, dualIdDataSource } from 'nest-dual-id';
     export const config = defineDualIdConfig({
       dataSource: (url) => dualIdDataSource({ url, entities: [] }) });`,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await office.stop();
});

const run = (...args: string[]) =>
  dualId(['feed', '--config', config, ...args], { env: { DATABASE_URL: office.url } });
const linesOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Runs it until there is something to see; other databases of the server may hold it back. */
async function runUntil(count: number, ...args: string[]) {
  for (let attempt = 0; ; attempt++) {
    const { code, out, err } = await run(...args);
    if (linesOf(out).length >= count || attempt > 100) return { code, err, lines: linesOf(out) };
  }
}

test('prints changes after an offset with public ids only, and the offset after them', async () => {
  const [begin] = linesOf((await run()).out);
  expect(begin).toEqual({ offset: expect.any(String) });
  const [person] = await office.sql<{ uuid: string }>(
    `INSERT INTO people (id, name) VALUES (9007199254740993, 'Ada') RETURNING uuid`,
  );
  await office.sql(`INSERT INTO notes VALUES (1, '', '')`);
  const { code, err, lines } = await runUntil(3, '--after', String(begin!['offset']));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(lines[0]).toEqual({
    schema: 'public',
    table: 'people',
    operation: 'insert',
    uuid: person!.uuid,
    parentUuid: null,
    relatedUuid: null,
    actor: null,
    occurredAt: expect.any(String),
  });
  expect(JSON.stringify(lines)).not.toContain('9007199254740993');
  const only = await runUntil(2, '--after', String(begin!['offset']), '--table', 'notes');
  expect(only.lines.map(({ table }) => table)).toEqual(['notes', undefined]);
  const rest = await run('--after', String(lines.at(-1)!['offset']));
  expect(linesOf(rest.out)).toEqual([{ offset: expect.any(String) }]);
});

test('prints how many rows a bulk load has, and not which', async () => {
  const [begin] = linesOf((await run()).out);
  await office.owner.transaction(async (runner) => {
    await runner.query(`SET LOCAL dual_id.bulk = 'on'`);
    await runner.query(`INSERT INTO notes SELECT i, '', '' FROM generate_series(7000, 7009) i`);
  });
  const { lines } = await runUntil(2, '--after', String(begin!['offset']));
  expect(lines[0]).toMatchObject({ table: 'notes', operation: 'bulk', rows: 10 });
  expect(JSON.stringify(lines[0])).not.toContain('7000');
});

test('--follow goes on until it is interrupted, which is a success', async () => {
  const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'feed', '--follow', '--config', config], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: office.url },
    timeout: 60_000,
  });
  const ended = once(child, 'close');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect(JSON.parse((await lines.next()).value as string)).toHaveProperty('offset');
  for (const id of [20, 21]) {
    await office.sql(`INSERT INTO notes VALUES (${id}, '', '')`);
    expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ table: 'notes' });
    expect(JSON.parse((await lines.next()).value as string)).toHaveProperty('offset');
  }
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('an offset that is none, a table without a log and an argument are refused', async () => {
  expect(await run('--after', 'x')).toMatchObject({
    code: 1,
    err: expect.stringMatching('offset cannot be used'),
  });
  expect(await run('--table', 'x')).toMatchObject({ code: 1 });
  expect(await run('people')).toMatchObject({ code: 2 });
});
