import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { isContention } from '../../../core/database/contention.js';
import { HiddenRowsError } from '../../../core/database/whole-tables.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { Finding } from '../finding.js';
import type { RunQuery } from '../query.js';
import { runInTransaction } from '../query.js';
import type { DataCheck, Probe, RowRepair } from './data-check.js';
import { dataChecks } from './data-checks.js';
import type { DataOptions } from './diagnose-data.js';
import { diagnoseModel, limitsOf, probesOf, readerOf, readModel } from './diagnose-data.js';
import type { DataModel } from './data-model.js';
import type { DataCount, DataReport } from './data-report.js';
import { among, columnsOfKeys, rowsWhere } from './question.js';
import type { WrongRow } from './question.js';
import { walksOf, wrongRows } from './walk.js';

/** Something that repair does, or would do, to one row. */
export interface RepairAction {
  readonly code: string;
  readonly place: string;
  /** One sentence with the doctor as its subject. */
  readonly does: string;
}

/** Options of a repair. */
export interface RepairOptions extends DataOptions {
  /** Reports what would be done, and changes nothing. */
  readonly isDryRun?: boolean;
  /** Tables to repair although no entity maps them, or one of their keys was never validated. */
  readonly include?: readonly string[];
  /** Called for every action once it is done, or would be. */
  readonly onAction?: (action: RepairAction) => void;
}

/** What repair did, or would do. */
export interface RepairReport {
  readonly isDryRun: boolean;
  readonly actions: number;
  /** Rows that could not be fixed, with the reason. */
  readonly refused: readonly Finding[];
  /** What is wrong afterwards; in a dry run, what is wrong now. */
  readonly after: DataReport;
}

/** A repair may reveal what the next round fixes; more rounds than these would be a loop. */
const maxRounds = 3;

/** Rows that are locked and changed together. */
const rowsPerRepair = 200;

/**
 * A lock that is not available at once is given up and tried again: no statement waits for repair
 * long enough for PostgreSQL to detect a deadlock and abort the other side.
 */
const writeSettings = { lock_timeout: '50ms', statement_timeout: '60s', jit: 'off' };
const maxRepairTries = 100;
const pauseMilliseconds = 100;

/**
 * Fixes what can certainly be fixed, a few rows at a time, each checked once more under a lock.
 * Never deletes a row of an entity. Running it again finds nothing to do.
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
  for (let round = 1; round <= maxRounds; round += 1) {
    refused = [];
    const done = await repairCounted(after.counts, { model, options, refused });
    actions += done;
    if (isDryRun || !after.counts.some(({ repairable }) => repairable > 0)) break;
    // Even if nothing was done: another session may have fixed it.
    after = await diagnoseModel(model, options);
    if (done === 0) break;
  }
  return { isDryRun, actions, refused, after };
}

/** Repairs what was counted, check by check, because some build on each other. */
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

/** Rows that fail together are tried one by one, so that one of them does not stop the others. */
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
    const problem = `${probe.message(rows[0]!.facts)}; repair failed: ${(error as Error).message}`;
    refused.push({ code: check.code, place: probe.place, problem, fix: probe.fix ?? check.fix });
    return [];
  }
}

async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error) || tries === maxRepairTries) throw error;
      await sleep(pauseMilliseconds);
    }
  }
}

function putRightTogether(
  rows: readonly WrongRow[],
  { probe, repair, model }: RepairTask,
): Promise<readonly WrongRow[]> {
  const lists = columnsOfKeys(rows.map(({ key }) => key));
  return runInTransaction(model.dataSource, writeSettings, async (query) => {
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
    // A trigger cannot be enabled while deferred checks of the statement are pending.
    await query('SET CONSTRAINTS ALL IMMEDIATE');
    for (const { table, trigger } of lifted) {
      await query(`ALTER TABLE ${table} ENABLE TRIGGER ${quoteIdentifier(trigger)}`);
    }
    const names = new Set(still.map(({ key }) => key.join('|')));
    return rows.filter(({ key }) => names.has(key.join('|')));
  });
}

/** Locks the table before its rows, as writers do; concurrent repairs take turns. */
function tableLocks({ holds = [] }: RowRepair): readonly string[] {
  return holds.map((table) => `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
}

/**
 * From the next statement on, no other session changes these rows or the rows they are joined with.
 */
function rowLocks({ source }: Probe, condition: string): readonly string[] {
  if (source.isVirtual) return [];
  const rows = `FROM ${source.table} r WHERE ${condition}`;
  const joined = source.lockJoined ? [source.lockJoined(rows)] : [];
  return [`SELECT 1 ${rows} FOR UPDATE OF r`, ...joined];
}

async function switchOff({ lifts = [] }: RowRepair, query: RunQuery) {
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
