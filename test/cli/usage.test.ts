import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../../src/cli/nearest.js';
import { dualId, dualIdProcess, root } from './command.js';

const nowhere = { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' } };

describe('dual-id', () => {
  test('prints its version and its commands', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await dualIdProcess(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const help = await dualId(['help']);
    expect(help.code).toBe(0);
    for (const word of ['import <folder>', 'migrate', 'DATABASE_URL']) {
      expect(help.out).toContain(word);
    }
  });

  test('ends as it would where nobody reads its output to the end', async () => {
    expect(await dualIdProcess(['help'], { isUnread: true })).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    const wrong = await dualIdProcess(['imprt'], { isUnread: true });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('imprt') });
  });

  test('ends with the exit code for invalid usage', async () => {
    expect(await dualIdProcess(['imprt'])).toMatchObject({ code: 2, out: '' });
  });

  test('lists the options of a command, including the plan’s choices', async () => {
    const { code, out } = await dualId(['help', 'import']);
    expect(code).toBe(0);
    for (const option of ['--rejects <folder>', '--json', '--prices <seeded>', '--config <path>']) {
      expect(out).toContain(option);
    }
    expect((await dualId(['import', '--help'])).out).toBe(out);
  });

  test.each([
    [[], 'Name a command.'],
    [['imprt', 'x'], 'There is no command imprt. Did you mean import?'],
    [['xylophone'], 'There is no command xylophone. `dual-id help` lists the commands.'],
    [['import'], 'Pass one folder with the files: `dual-id import <folder>`.'],
    [['import', 'a', 'b'], 'Pass one folder with the files'],
    [['import', 'a', '--pricez', 'seeded'], 'There is no option --pricez. Did you mean --prices?'],
    [['import', 'a', '--prices', 'seded'], 'needs one of: seeded, not seded. Did you mean seeded?'],
    [['import', 'a', '--prices'], '--prices needs one of: seeded.'],
    [['import', 'a', '--rejects', '--json'], '--rejects needs a folder.'],
    [['import', 'a', '--json=yes'], '--json takes no value.'],
    [['migrate', '--revrt'], 'There is no option --revrt. Did you mean --revert?'],
    [['migrate', 'now'], 'migrate takes no argument, but got now.'],
    [['migrate', '--revert', '--status'], 'Pass either --revert or --status.'],
  ])('responds to %j with a hint and exit code 2', async (args, sentence) => {
    const { code, out, err } = await dualId(args, nowhere);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('says what to do if a server accepts the connection and stays silent', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const DATABASE_URL = `postgres://a:b@127.0.0.1:${port}/c`;
    const { code, err } = await dualId(['migrate'], { env: { DATABASE_URL } });
    silent.close();
    expect(code).toBe(1);
    expect(err).toMatch(/connection timeout\. Start the server, or correct DATABASE_URL\.\n$/);
  });

  test('reports a failure in one sentence, and with the stack on request', async () => {
    const plain = await dualId(['migrate'], nowhere);
    expect(plain).toEqual({
      code: 1,
      out: '',
      err: 'dual-id: connect ECONNREFUSED 127.0.0.1:1. Start the server, or correct DATABASE_URL.\n',
    });
    const verbose = await dualId(['migrate', '--verbose'], nowhere);
    expect(verbose.code).toBe(1);
    expect(verbose.err).toMatch(/\n\s+at /);
  });
});

describe('the config module', () => {
  test('is named by package.json, or by --config', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'dual-id-config-'));
    const run = (...args: string[]) => dualId(['migrate', ...args], { cwd, ...nowhere });
    try {
      expect((await run()).err).toContain('No config module is named');
      await writeFile(join(cwd, 'package.json'), '{ "dualId": { "config": "built.mjs" } }');
      expect((await run()).err).toContain('built.mjs. Build the application, or use another');
      await writeFile(join(cwd, 'built.mjs'), 'export const config = {};');
      expect((await run()).err).toContain('exports no `config` with a data source.');
      const shop = join(root, 'dist/src/shop/dual-id.config.js');
      expect((await run('--config', shop)).err).toContain('ECONNREFUSED');
    } finally {
      await rm(cwd, { recursive: true });
    }
  });
});

test('the nearest word is the one with the fewest different letters', () => {
  expect(nearest('migrte', ['import', 'migrate'])).toBe('migrate');
  expect(nearest('--json', ['--join', '--json'])).toBe('--json');
  expect(nearest('x', ['abc'])).toBeUndefined();
});
