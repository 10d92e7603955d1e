import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import type { Archive } from '../features/history/archive.js';
import { openArchive, Paper, Writer, WriterView } from '../features/history/archive.js';
import { paperOf, pause } from '../features/history/archive-rows.js';
import { dualId } from './command.js';

const config = fileURLToPath(new URL('../features/history/archive.config.js', import.meta.url));
const grace = '6b0a6f0e-6f3c-4f3a-9f39-6d0c8d1f0a11';
let archive: Archive;
let writer: string;
let paper: string;
let early: Date;
beforeAll(async () => {
  archive = await openArchive();
  writer = (await archive.repositories.of(Writer).create(WriterView, { name: 'Ada' } as never))
    .uuid;
  const created = await paperOf(archive, writer);
  paper = created;
  early = await pause(archive);
  await archive.sql(`BEGIN; SET LOCAL dual_id.actor = '${grace}';
    UPDATE papers SET title = 'Second', pages = 7; COMMIT`);
  await archive.repositories.of(Paper).remove(created);
});
afterAll(() => archive.stop());

const run = (...args: string[]) =>
  dualId(['history', '--config', config, ...args], { env: { DATABASE_URL: archive.url } });

describe('dual-id history', () => {
  test('prints the changes of an entity with public ids', async () => {
    const { code, out, err } = await run(paper);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.split('\n').map((line) => line.replace(/^\d{4}-\S+Z {2}/, 'TIME '));
    const [deleted, changed, created] = [
      'TIME deleted',
      `TIME changed by ${grace}`,
      'TIME created',
    ].map((line) => lines.indexOf(line));
    expect(lines.slice(changed, created)).toEqual([
      `TIME changed by ${grace}`,
      '  title: "First" -> "Second"',
      '  pages: null -> 7',
    ]);
    expect(deleted).toBe(0);
    expect(lines).toContain(`  writerUuid: "${writer}"`);
    expect(lines.slice(created)).toContain('  title: "First"');
  });

  test('prints what an entity was, and as many changes as asked for, also as JSON', async () => {
    const then = await run(paper, '--at', early.toISOString());
    expect(then.out).toMatch(/^known, from \S+Z to \S+Z\n {2}uuid: /);
    const asJson = await run(paper, '--at', early.toISOString(), '--json');
    expect(JSON.parse(asJson.out)).toMatchObject({ knowledge: 'known', value: { title: 'First' } });
    const { out } = await run(paper, '--limit', '2', '--json');
    const changes = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(changes).toMatchObject([{ operation: 'deleted' }, { after: { title: 'Second' } }]);
  });

  test('says what is wrong with a call', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await run(unknown)).toMatchObject({ code: 1, err: expect.stringMatching('Not found') });
    expect(await run('7')).toMatchObject({ code: 1, err: expect.stringMatching('Not found') });
    expect(await run(paper, '--at', 'now')).toMatchObject({
      code: 1,
      err: expect.stringMatching('not an instant'),
    });
    for (const args of [
      [],
      [paper, writer],
      [paper, '--limit', '0'],
      [paper, '--limit', '1', '--at', 'x'],
    ]) {
      expect((await run(...args)).code).toBe(2);
    }
    const { code, err } = await run(paper, '--config', config.replace('archive', 'viewless'));
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/`history`/) });
  });
});
