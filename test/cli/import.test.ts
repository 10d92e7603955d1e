import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ImportReport } from 'nest-dual-id/import';
import { shopWith, smallShop } from '../features/import/small-shop.js';
import type { Workbench } from '../features/import/workbench.js';
import { workbench } from '../features/import/workbench.js';
import { dualId, dualIdProcess } from './command.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

describe('dual-id import', () => {
  const run = (...args: string[]) =>
    dualId(['import', ...args], { env: { DATABASE_URL: bench.url } });

  test('prints the result of every file', async () => {
    const env = { DATABASE_URL: bench.url };
    const args = ['import', await bench.folder(smallShop)];
    const { code, out, err } = await dualIdProcess(args, { env });
    expect(code).toBe(0);
    expect(err).toMatch(/^departments\.csv: done, 2 rows\n(.+: done, \d rows\n){6}$/);
    expect(out).toMatch(/^file +rows in +loaded +rejected +already there +seconds\n/);
    expect(out).toMatch(/\norders\.csv +3 +3 +0 +0 +\d+\.\d\n/);
    expect(out).toMatch(/\norder_items +4 +4 +0 +0 +\d+\.\d\n/);
  });

  test('prints the report as JSON, and applies the choices of the plan', async () => {
    const folder = await bench.folder(smallShop);
    const { code, out, err } = await run(folder, '--prices=seeded', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = JSON.parse(out) as ImportReport;
    expect(report.files.map(({ loaded }) => loaded)).toEqual([2, 2, 2, 2, 3, 2, 2]);
    expect(await bench.value('SELECT count(price)::int FROM products')).toBe(2);
  });

  test('reads one file from stdin, plain or as gzip', async () => {
    const env = { DATABASE_URL: bench.url };
    const send = (file: string, stdin: string | Buffer) =>
      dualIdProcess(['import', '-', '--file', file, '--json'], { env, stdin });
    const plain = await send('aisles.csv', smallShop['aisles.csv']);
    const packed = await send('departments.csv', gzipSync(smallShop['departments.csv']));
    expect([plain.code, packed.code]).toEqual([0, 0]);
    expect(await bench.value('SELECT count(*)::int FROM aisles')).toBe(2);
    expect(await bench.value('SELECT count(*)::int FROM departments')).toBe(2);
    const nameless = await dualId(['import', '-'], { env });
    expect(nameless.code).toBe(2);
    expect(nameless.err).toContain('`import - --file orders.csv`');
  });

  test('writes rejected rows to the given folder, and says where', async () => {
    const folder = await bench.folder(
      shopWith({ 'aisles.csv': 'aisle_id,aisle\n1,a\n2,b\nx,c\n' }),
    );
    const { code, out } = await run(folder, '--rejects', join(folder, 'bad'));
    expect(code).toBe(0);
    const [name] = await readdir(join(folder, 'bad'));
    expect(out).toContain(`Rejected rows: ${join(folder, 'bad', name ?? '')}`);
    expect(await readFile(join(folder, 'bad', name ?? ''), 'utf8')).toBe(
      'file,line,reason,row\naisles.csv,4,aisle_id is not a whole number,"x,c"\n',
    );
  });

  test('fails with one sentence and loads nothing', async () => {
    const folder = await bench.folder(shopWith({ 'orders.csv': null }));
    const { code, out, err } = await run(folder);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(`dual-id: ${folder} has no orders.csv. Add the file, or name its folder.\n`);
    expect(await bench.value('SELECT count(*)::int FROM departments')).toBe(0);
  });
});

describe('without DATABASE_URL', () => {
  test('a command starts the embedded server of the data folder and stops it again', async () => {
    const folder = await bench.folder(smallShop);
    const dataDir = join(tmpdir(), `dual-id-cli-${randomUUID()}`);
    const env = { DUAL_ID_DATA_DIR: dataDir };
    expect(await dualIdProcess(['migrate'], { env })).toMatchObject({ code: 0, err: '' });
    expect(await dualId(['import', folder], { env })).toMatchObject({ code: 0 });
    const version = (await readdir(dataDir)).find((name) => /^postgres-\d+$/.test(name)) ?? '';
    expect(await readdir(join(dataDir, version, 'data'))).not.toContain('postmaster.pid');
    await rm(dataDir, { recursive: true });
  });
});
