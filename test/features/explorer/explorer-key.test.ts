import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { badges, BadgeModule, permissions } from '../../examples/badges.js';
import type { Api } from '../../support/api.js';
import { testWhere } from '../../support/conditions.js';
import type { Chronicle } from './chronicle.js';
import { openChronicle } from './chronicle.js';
import { live } from './lives.js';

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const visitor = fileURLToPath(new URL('visit-key.js', import.meta.url));
const here = existsSync(chromium);
const inBrowser = testWhere(here, 'browser');

const clerk = '5d0d5d6e-7d2c-4a57-9a43-6b1c2f3a4b5c';
badges.set('right-key', () => ({ principalUuid: clerk, scopes: undefined }));
permissions.set(clerk, new Set(['registry:read']));

let chronicle: Chronicle;
let api: Api;
let seen: any;
beforeAll(async () => {
  if (!here) return;
  chronicle = await openChronicle();
  const { ada } = await live(chronicle);
  api = await chronicle.startGuarded({ permission: 'registry:read' }, BadgeModule);
  const address = `${await api.app.getUrl()}/api/explorer#${ada}`;
  const run = promisify(execFile);
  const args = [visitor, chromium, address, 'wrong-key', 'right-key'];
  seen = JSON.parse((await run(process.execPath, args, { timeout: 120_000 })).stdout);
}, 170_000);
afterAll(async () => {
  await api?.close();
  await chronicle?.stop();
});

describe('the explorer of an API that asks for a key', () => {
  inBrowser('says so and takes one', () => {
    expect(seen.asked.text).toContain('The request has no credentials.');
    expect(seen.asked.forms).toBe(1);
    expect(seen.opened.text).toContain('Ada');
    expect(seen.opened.forms).toBe(0);
    expect(seen.found).toContain('Nothing is called “Zoe”');
    expect(seen.problems).toEqual([]);
  });

  inBrowser('asks again after a wrong one, and for one that no header can hold', () => {
    expect(seen.odd.forms).toBe(1);
    expect(seen.refused.text).toContain('The credentials are of no kind known here.');
    expect(seen.refused.forms).toBe(1);
  });

  inBrowser('keeps the key for the tab alone', () => {
    expect(seen.reloaded.text).toContain('Ada');
    expect(seen.kept).toMatchObject({ tab: ['right-key'], local: [], cookies: '' });
    expect(`${seen.kept.address} ${seen.kept.html}`).not.toContain('right-key');
    expect(seen.elsewhere.forms).toBe(1);
  });
});
