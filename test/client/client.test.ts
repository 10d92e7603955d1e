import { execFile } from 'node:child_process';
import type { ExecFileException } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { aProduct, testShop } from '../support/shop.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = (path: string) => join(root, 'node_modules', path);
const compilerOptions = {
  target: 'ES2023',
  module: 'NodeNext',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmitOnError: true,
  types: ['node'],
};

describe('a client generated from the API description', () => {
  let shop: TestShop;
  let folder: string;
  beforeAll(async () => {
    shop = await testShop();
    for (const name of ['Apples', 'Bananas', 'Cherries', 'Dates', 'Elderberries']) {
      await aProduct(shop, name, '1.50');
    }
    folder = mkdtempSync(join(tmpdir(), 'dual-id-client-'));
    cpSync(join(root, 'test/client/program'), folder, { recursive: true });
    symlinkSync(bin(''), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await shop.stop();
  });
  const run = (...words: string[]) => nodeIn(folder, words);

  test('compiles and buys: pages, a cart, an order and a problem document', async () => {
    const { body } = await shop.ask('GET', '/openapi.json');
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(body));
    const generator = bin('openapi-typescript/bin/cli.js');
    await run(generator, 'openapi.json', '--output', 'shop-api.d.ts');
    const types = readFileSync(join(folder, 'shop-api.d.ts'), 'utf8');
    expect(types).not.toMatch(/: (?:any|Record<string, never>\[\])\b/);
    await run(bin('typescript/bin/tsc'), '--pretty', 'false');
    expect(JSON.parse(await run('buy.js', shop.url, shop.authorization['authorization']!))).toEqual(
      {
        offered: ['Apples', 'Bananas', 'Cherries', 'Dates', 'Elderberries'],
        lines: [
          { name: 'Apples', quantity: 1 },
          { name: 'Bananas', quantity: 3 },
        ],
        total: '6.00',
        isSame: true,
        problem: 'malformed_public_id',
      },
    );
  });
});

/** Runs a Node.js program and returns what it printed. Rejects with its output if it fails. */
function nodeIn(cwd: string, words: readonly string[]): Promise<string> {
  const options = { cwd, env: { ...process.env, NODE_OPTIONS: '' }, timeout: 55_000 };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...words],
      options,
      (error: ExecFileException | null, out: string, err: string) =>
        error ? reject(new Error(`${error.message}\n${out}${err}`)) : resolve(out),
    );
  });
}
