import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';

const script = fileURLToPath(new URL('exporting-process.js', import.meta.url));
let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'dual-id-export-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Adds users up to a number. */
async function fillUp(from: number, to: number): Promise<void> {
  await runSql(
    database.url,
    `INSERT INTO users (first_name, last_name, email, street)
     SELECT 'User', 'No. ' || n, n || '@example.org', repeat('street ', 20)
     FROM generate_series(${from}, ${to}) n`,
  );
}

async function measured(name: string): Promise<{ rows: number; kilobytes: number }> {
  const env = { ...process.env, DATABASE_URL: urlAs('application', database.url) };
  const options = { env, timeout: 60_000 };
  const path = join(folder, name);
  // A small heap, so that its size shows what is kept rather than what is not yet collected.
  const args = ['--max-semi-space-size=1', '--max-old-space-size=96', script, path];
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout) as { rows: number; kilobytes: number };
}

test('memory does not grow with the rows: 100,000 take little more than 2,000', async () => {
  await fillUp(1, 2000);
  const few = await measured('few.csv');
  await fillUp(2001, 100_000);
  const many = await measured('many.csv');
  expect([few.rows, many.rows]).toEqual([2000, 100_000]);
  const file = await readFile(join(folder, 'many.csv'), 'utf8');
  expect(file.split('\r\n')).toHaveLength(100_002);
  expect(file.length).toBeGreaterThan(25_000_000);
  expect(many.kilobytes - few.kilobytes).toBeLessThan(80_000);
}, 120_000);
