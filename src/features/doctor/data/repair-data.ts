import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { HiddenRowsError } from '../../../core/database/whole-tables.js';
import { quoteIdentifier } from '../../../core/schema/names.js';
import type { Finding } from '../finding.js';
import type { Query } from '../query.js';
import { inTransaction } from '../query.js';
import type { DataCheck, Probe, RowRepair } from './data-check.js';
import { dataChecks } from './data-checks.js';
import type { DataOptions } from './diagnose-data.js';
import { diagnoseModel, limitsOf, probesOf, readerOf, readModel } from './diagnose-data.js';
import type { DataModel } from './data-model.js';
import type { DataCount, DataReport } from './data-report.js';
import { among, listsOf, rowsWhere } from './question.js';
import type { WrongRow } from './question.js';
import { walksOf, wrongRows } from './walk.js';

/** Something that repair does, or would do, to one row. */
export interface RepairAction {
  readonly code: string;
  readonly place: string;
  /** In one sentence, of which the doctor is the subject. */
  readonly does: string;
}

/** How repair goes about it. */
export interface RepairOptions extends DataOptions {
  /** Tells what would be done, and does nothing. */
  readonly isDryRun?: boolean;
  /** Tables to repair though no entity maps them, or a key of them was never validated. */
  readonly include?: readonly string[];
  /** Hears of every action once it is done, or would be. */
  readonly onAction?: (action: RepairAction) => void;
}

/** What repair did, or would do. */
export interface RepairReport {
  readonly isDryRun: boolean;
  readonly actions: number;
  /** Rows that were to be put right and were not, with the reason. */
  readonly refused: readonly Finding[];
  /** What is wrong after it; in a dry run, what is wrong now. */
  readonly after: DataReport;
}

/** What one repair brings to light the next one cures; more rounds than these would be a circle. */
const mostRounds = 3;

/** Rows that are locked and changed together. */
const rowsPerRepair = 200;

/**
 * A lock that is not to be had at once is given up, and tried again: nobody waits for repair long
 * enough for PostgreSQL to take it for a deadlock and end the other side.
 */
const writeSettings = { lock_timeout: '50ms', statement_timeout: '60s', jit: 'off' };
const mostTries = 100;
const pauseMilliseconds = 100;
const busy: ReadonlySet<unknown> = new Set(['55P03', '40P01', '40001']);

/**
 * Puts right what can be put right for certain, a few rows at a time, each looked at once more
 * behind a lock on it. Deletes no row of an entity. Running it again finds nothing to do.
 */
export async function repairData(
  dataSource: DataSource,
  options: RepairOptions = {},
): Promise<RepairReport> {
  const { isDryRun = false, include } = options;
  const model = await readModel(dataSource, include);
  let refused: Finding[] = [];
  let actions = 0;
  let after = await diagnoseModel(model, options);
  for (let round = 1; round <= mostRounds; round += 1) {
    refused = [];
    const done = await repairCounted(after.counts, { model, options, refused });
    actions += done;
    if (isDryRun || !after.counts.some(({ repairable }) => repairable > 0)) break;
    // Also when nothing was done: somebody else may have put it right.
    after = await diagnoseModel(model, options);
    if (done === 0) break;
  }
  return { isDryRun, actions, refused, after };
}

/** Repairs what was counted, check by check, for some of them build on each other. */
async function repairCounted(
  counts: readonly DataCount[],
  round: Pick<RepairTask, 'model' | 'options' | 'refused'>,
): Promise<number> {
  const wanted = new Set(
    counts.flatMap(({ code, place, repairable }) => (repairable > 0 ? [`${code} ${place}`] : [])),
  );
  let actions = 0;
  for (const { check, probe } of probesOf(dataChecks, round.model)) {
    const { repair } = probe;
    if (!repair || !wanted.has(`${check.code} ${probe.place}`)) continue;
    actions += await repairProbe({ ...round, check, probe, repair });
  }
  return actions;
}

interface RepairTask {
  readonly check: DataCheck;
  readonly probe: Probe;
  readonly repair: RowRepair;
  readonly model: DataModel;
  readonly options: RepairOptions;
  readonly refused: Finding[];
}

async function repairProbe(task: RepairTask): Promise<number> {
  const { check, probe, repair, model, options } = task;
  const { isDryRun = false, onAction } = options;
  let count = 0;
  const [walk] = walksOf([probe]);
  for await (const page of wrongRows(walk!, readerOf(model.dataSource), limitsOf(options))) {
    const rows = page.filter(({ isRepairable }) => isRepairable);
    for (let at = 0; at < rows.length; at += rowsPerRepair) {
      const batch = rows.slice(at, at + rowsPerRepair);
      const done = isDryRun ? batch : await putRight(batch, task);
      count += done.length;
      for (const { facts } of done) {
        onAction?.({ code: check.code, place: probe.place, does: repair.does(facts) });
      }
    }
  }
  return count;
}

/** Rows that fail together are tried apart, so that one of them stops no other. */
async function putRight(rows: readonly WrongRow[], task: RepairTask): Promise<readonly WrongRow[]> {
  try {
    return await persistently(() => putRightTogether(rows, task));
  } catch (error) {
    if (error instanceof HiddenRowsError) throw error;
    if (rows.length > 1) {
      const middle = Math.ceil(rows.length / 2);
      const first = await putRight(rows.slice(0, middle), task);
      return [...first, ...(await putRight(rows.slice(middle), task))];
    }
    const { check, probe, refused } = task;
    const problem = `${probe.says(rows[0]!.facts)}; repair failed: ${(error as Error).message}`;
    refused.push({ code: check.code, place: probe.place, problem, cure: probe.cure ?? check.cure });
    return [];
  }
}

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = (error as { driverError?: { code?: unknown } }).driverError ?? {};
      if (!busy.has(code) || tries === mostTries) throw error;
      await sleep(pauseMilliseconds);
    }
  }
}

function putRightTogether(
  rows: readonly WrongRow[],
  { probe, repair, model }: RepairTask,
): Promise<readonly WrongRow[]> {
  const lists = listsOf(rows.map(({ key }) => key));
  return inTransaction(model.dataSource, writeSettings, async (query) => {
    const isOurs = among(probe.source.key);
    for (const lock of tableLocks(repair)) await query(lock);
    for (const lock of rowLocks(probe, isOurs)) await query(lock, lists);
    const lifted = await switchOff(repair, query);
    const condition = `${isOurs} AND (${probe.wrong}) AND (${repair.when ?? 'true'})`;
    const found = rowsWhere(probe.source, condition);
    const keys = probe.source.key.map(({ name }) => `r.${quoteIdentifier(name)}::text`);
    const still = await query<{ key: string[] }>(
      `SELECT ARRAY[${keys.join(', ')}] AS key ${found}`,
      lists,
    );
    if (still.length > 0) await query(repair.statement(found), lists);
    // A trigger cannot be switched on while checks of the statement are pending.
    await query('SET CONSTRAINTS ALL IMMEDIATE');
    for (const { table, trigger } of lifted) {
      await query(`ALTER TABLE ${table} ENABLE TRIGGER ${quoteIdentifier(trigger)}`);
    }
    const names = new Set(still.map(({ key }) => key.join('|')));
    return rows.filter(({ key }) => names.has(key.join('|')));
  });
}

/** A table before its rows, as writers go about it; two repairs at once take turns. */
function tableLocks({ holds = [] }: RowRepair): readonly string[] {
  return holds.map((table) => `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
}

/** In the next statement nobody but us changes these rows, or what they are joined with. */
function rowLocks({ source }: Probe, condition: string): readonly string[] {
  if (source.isVirtual) return [];
  const rows = `FROM ${source.table} r WHERE ${condition}`;
  const joined = source.lockJoined ? [source.lockJoined(rows)] : [];
  return [`SELECT 1 ${rows} FOR UPDATE OF r`, ...joined];
}

async function switchOff({ lifts = [] }: RowRepair, query: Query) {
  const lifted = [];
  for (const { table, trigger } of lifts) {
    const standing = await query(
      `SELECT 1 FROM pg_trigger WHERE tgrelid = $1::regclass AND tgname = $2 AND tgenabled <> 'D'`,
      [table, trigger],
    );
    if (standing.length === 0) continue;
    await query(`ALTER TABLE ${table} DISABLE TRIGGER ${quoteIdentifier(trigger)}`);
    lifted.push({ table, trigger });
  }
  return lifted;
}
