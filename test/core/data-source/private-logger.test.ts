import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
const lines: string[] = [];
beforeAll(async () => {
  const write = (line: unknown) => void lines.push(String(line));
  Logger.overrideLogger({ log: write, warn: write, error: write });
  guarded = await guardedDatabase();
});
afterAll(async () => {
  await guarded.stop();
  Logger.overrideLogger(true);
});

const ask = () => guarded.inPool('SELECT $1::text AS name', ['a secret name']);

test('a data source logs no statement unless configured to', async () => {
  await ask();
  expect(lines).toEqual([]);
});

test('a data source that logs statements omits their values', async () => {
  guarded.dataSource.setOptions({ logging: ['query', 'error'] });
  await ask();
  await guarded.inPool('SELECT $1::uuid', ['a secret name']).catch(() => undefined);
  expect(lines.join('\n')).toContain('SELECT $1::text AS name');
  expect(lines.join('\n')).not.toContain('a secret name');
});
