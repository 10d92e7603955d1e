import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('under-node-test.js', import.meta.url));

test('the fixtures work under another test runner', async () => {
  const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };
  const options = ['--test', '--test-reporter=tap', program];
  const { stdout } = await promisify(execFile)(process.execPath, options, { env });
  expect(stdout).toMatch(/^# pass 1$/m);
});
