import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = readdirSync(dirname(fileURLToPath(import.meta.url)), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => name.startsWith('faults/') === (process.env.TEST_FAULTS === '1'));

/** Tests run on what `tsc` wrote, the same files a consumer loads; not on what it wrote once. */
export default {
  rootDir: '../dist/test',
  testMatch: sources.map((name) => `<rootDir>/${name.replace(/ts$/, 'js')}`),
  transform: {},
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  setupFilesAfterEnv: ['<rootDir>/support/setup.js'],
  maxWorkers: 3,
};
