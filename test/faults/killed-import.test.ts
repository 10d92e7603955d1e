import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from 'nest-dual-id/import';
import { publicIdsOf, stateOf } from '../features/import/shop-state.js';
import type { Workbench } from '../features/import/workbench.js';
import { workbench } from '../features/import/workbench.js';
import { runSql } from '../support/empty-database.js';
import { shopHistory } from './shop-history.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const kills = 5;

let whole: Workbench;
let folder: string;
let uninterrupted: ImportReport;
let milliseconds: number;

beforeAll(async () => {
  whole = await workbench();
  folder = await whole.folder(shopHistory());
  const start = performance.now();
  uninterrupted = reportOf(await runCommand(whole).ended);
  milliseconds = performance.now() - start;
}, 180_000);
afterAll(async () => {
  await whole.close();
});

describe('an import that was killed', () => {
  test('as a process, at any moment, continues after its complete tables to the same end', async () => {
    const bench = await workbench();
    let before: Standing = { isEnded: false, tables: [], ids: {} };
    for (let kill = 0; kill < kills; kill += 1) {
      const { child, ended } = runCommand(bench);
      await delay((0.3 + 0.7 * Math.random()) * milliseconds);
      child.kill('SIGKILL');
      await ended;
      const standing = await standingOf(bench);
      expect(standing.ids).toMatchObject(before.ids);
      // Some imports end before they are killed.
      if (!standing.isEnded)
        expect(standing.tables).toEqual(expect.arrayContaining([...before.tables]));
      before = standing;
    }
    const report = reportOf(await runCommand(bench).ended);
    expect(checksums(report)).toEqual(checksums(uninterrupted));
    expect(await stateOf(bench)).toEqual(await stateOf(whole));
    expect(await publicIdsOf(bench)).toMatchObject(before.ids);
    for (const table of before.tables) {
      const { file } = report.files.find((each) => each.table === table)!;
      const note = `${file}: loaded by an import that did not end; not read again.`;
      expect(report.notes).toContain(note);
    }
    expect(await standingOf(bench)).toMatchObject({ isEnded: true, tables: [] });
    await bench.close();
  }, 300_000);

  test('as a server process reports what stays, and continues from there', async () => {
    const bench = await workbench();
    for (let kill = 0; kill < kills; kill += 1) {
      const { ended } = runCommand(bench);
      await delay(Math.random() * milliseconds);
      await bench.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`);
      const { code, err } = await ended;
      if (code !== 0) {
        expect(err).toMatch(/Nothing (of .*)?was loaded|All files are loaded|finishing a table/);
      }
    }
    reportOf(await runCommand(bench).ended);
    expect(await stateOf(bench)).toEqual(await stateOf(whole));
    await bench.close();
  }, 300_000);

  test('keeps every public id that a completed import assigned', async () => {
    const before = await publicIdsOf(whole);
    const { child, ended } = runCommand(whole);
    await delay(Math.random() * milliseconds);
    child.kill('SIGKILL');
    await ended;
    const again = reportOf(await runCommand(whole).ended);
    expect(again.files.every(({ loaded, rejected }) => loaded + rejected === 0)).toBe(true);
    expect(await publicIdsOf(whole)).toEqual(before);
  }, 180_000);
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

/** Starts the command in a separate process; resolves with how it ended, whatever happened. */
function runCommand(bench: Workbench) {
  const env = { ...process.env, DATABASE_URL: bench.url };
  const args = [main, 'import', folder, '--json'];
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, env, timeout: 150_000 });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) =>
      resolve({ code, signal, out, err, seconds: (performance.now() - start) / 1000 }),
    );
  });
  return { child, ended };
}

function reportOf({ code, signal, out, err, seconds }: Ended): ImportReport {
  if (code === 0) return JSON.parse(out) as ImportReport;
  throw new Error(
    `The import ended with ${signal ?? `code ${code}`} after ${seconds.toFixed(1)} s, ` +
      `${out.length} characters of report and this word: ${err.trim() || 'none'}`,
  );
}

function checksums({ tables }: ImportReport): Record<string, string> {
  return Object.fromEntries(tables.map(({ table, checksum }) => [table, checksum]));
}

/** How far imports got. */
interface Standing {
  /** Everything is loaded, and nothing is left to resume. */
  readonly isEnded: boolean;
  /** What an interrupted import has filled. */
  readonly tables: readonly string[];
  /** Public ids of all tables with rows. */
  readonly ids: Readonly<Record<string, unknown>>;
}

/**
 * Queries on connections that are closed immediately, so that the next import is alone and builds
 * keys.
 */
async function standingOf(bench: Workbench): Promise<Standing> {
  const ask = (sql: string) => runSql<Record<string, unknown>>(bench.url, sql);
  const value = async (sql: string) => Object.values((await ask(sql))[0] ?? {})[0];
  const rows = await ask(
    `SELECT DISTINCT table_name AS t FROM dual_id.imported_files WHERE plan <> ''`,
  );
  const last = await value('SELECT count(*)::int FROM order_status_history');
  const ids = Object.entries(await publicIdsOf({ value })).filter(([, text]) => text !== null);
  return {
    isEnded: rows.length === 0 && last === 9000,
    tables: rows.map(({ t }) => String(t)),
    ids: Object.fromEntries(ids),
  };
}
