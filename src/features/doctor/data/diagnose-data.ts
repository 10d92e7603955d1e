import type { DataSource } from 'typeorm';
import { readCatalog } from '../catalog/read-catalog.js';
import { looking, patientSettings, queryOf } from '../query.js';
import type { DataCheck, Probe } from './data-check.js';
import { dataChecks } from './data-checks.js';
import type { DataModel } from './data-model.js';
import { dataModelOf } from './data-model.js';
import type { DataFinding, DataReport } from './data-report.js';
import { FindingTally } from './data-report.js';
import type { WrongRow } from './question.js';
import type { PageLimits, Reader } from './walk.js';
import { walksOf, wrongRows } from './walk.js';

/** How a database is looked through. */
export interface DataOptions {
  /** Rows of one statement, 500000 by default; the time of a statement grows with it. */
  readonly rowsPerPage?: number;
  /** Findings of each kind and place that are told one by one; all are counted. Default 20. */
  readonly shown?: number;
}

/**
 * How rows are read: a page is joined as a whole, which costs about as much as it costs to read the
 * other table once, so pages are large. What is held in memory are suspects alone.
 */
export function limitsOf({ rowsPerPage = 500_000 }: DataOptions): PageLimits {
  return { rowsPerPage, mostSuspects: 20_000 };
}

/**
 * Sessions of an application may forbid what a page takes. One process of the server and little of
 * its memory are enough: traffic has the rest. A merge of two indexes would fetch rows of tables in
 * the order of random uuids; that of a random page is the price of one in memory.
 */
export const readSettings = {
  ...patientSettings,
  enable_mergejoin: 'off',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1',
  transaction_read_only: 'on',
  work_mem: '32MB',
};

/**
 * Looks through every row of every registered table and link, beside live traffic: statements are
 * short, nothing is locked, and nothing is told that was not so in two moments.
 */
export async function diagnoseData(
  dataSource: DataSource,
  options: DataOptions = {},
): Promise<DataReport> {
  return diagnoseModel(await readModel(dataSource), options);
}

/** The same for what is known of the tables already. */
export async function diagnoseModel(model: DataModel, options: DataOptions): Promise<DataReport> {
  const { shown = 20 } = options;
  const start = performance.now();
  const read = readerOf(model.dataSource);
  const probes = probesOf(dataChecks, model);
  const owners = new Map(probes.map(({ check, probe }) => [probe, check]));
  const tally = new FindingTally(shown);
  const walks = walksOf(probes.map(({ probe }) => probe));
  for (const walk of walks) {
    for await (const rows of wrongRows(walk, read, limitsOf(options))) {
      for (const row of rows) tally.add(findingOf(row, owners.get(row.probe)!));
    }
  }
  const real = walks.filter(({ source }) => !source.isVirtual);
  const tables = new Set(real.map(({ source }) => source.table)).size;
  const seconds = (performance.now() - start) / 1000;
  return { findings: tally.findings, counts: tally.counts, tables, seconds };
}

/** What the checks work on, as it is now. */
export async function readModel(
  dataSource: DataSource,
  include?: readonly string[],
): Promise<DataModel> {
  const catalog = await readCatalog(queryOf(dataSource));
  if (!catalog.find('passports', 'dual_id')) {
    throw new Error("The library's schema is not in this database. Run `dual-id migrate` first.");
  }
  return dataModelOf(dataSource, catalog, include);
}

/** Each question of each check. */
export function probesOf(
  checks: readonly DataCheck[],
  model: DataModel,
): readonly { readonly check: DataCheck; readonly probe: Probe }[] {
  return checks.flatMap((check) => check.probesOf(model).map((probe) => ({ check, probe })));
}

/** Reads in short transactions, each statement in a moment of its own. */
export function readerOf(dataSource: DataSource): Reader {
  return (work) => looking(dataSource, readSettings, work);
}

/** A wrong row, told to people. */
export function findingOf({ probe, facts, isRepairable }: WrongRow, check: DataCheck): DataFinding {
  return {
    code: check.code,
    place: probe.place,
    problem: probe.says(facts),
    cure: isRepairable ? check.cure : (probe.cure ?? check.cure),
    repair: isRepairable && probe.repair ? probe.repair.does(facts) : null,
  };
}
