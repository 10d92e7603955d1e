import type { DataSource } from 'typeorm';
import { imageSettings } from '../../history/schema/row-image.js';
import { readCatalog } from '../catalog/read-catalog.js';
import { looking, patientSettings, queryOf } from '../query.js';
import type { DataCheck, Probe } from './data-check.js';
import { dataChecks } from './data-checks.js';
import type { DataModel } from './data-model.js';
import { dataModelOf } from './data-model.js';
import type { DataFinding, DataReport } from './data-report.js';
import { FindingTally } from './data-report.js';
import { readLoggedRows } from './logged-rows.js';
import type { WrongRow } from './question.js';
import type { PageLimits, Reader } from './walk.js';
import { walksOf, wrongRows } from './walk.js';

/** How the rows are read. */
export interface DataOptions {
  /** Rows per statement, 500000 by default; the duration of a statement grows with it. */
  readonly rowsPerPage?: number;
  /** Findings of each kind and place that are listed one by one; all are counted. Default 20. */
  readonly shown?: number;
}

/**
 * How rows are read: a page is joined as a whole, which costs about as much as reading the other
 * table once, so pages are large. Only suspects are held in memory.
 */
export function limitsOf({ rowsPerPage = 500_000 }: DataOptions): PageLimits {
  return { rowsPerPage, maxSuspects: 20_000 };
}

/**
 * The application's session settings may forbid what a page needs. One server process and little of
 * its memory are enough: the rest is left to traffic. A merge of two indexes would fetch rows of
 * tables in the order of random uuids; a random page is priced as if it were in memory. Values are
 * spelled as in images of the history, to compare them.
 */
export const readSettings = {
  ...patientSettings,
  ...imageSettings,
  enable_mergejoin: 'off',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1',
  transaction_read_only: 'on',
  work_mem: '32MB',
};

/**
 * Checks every row of every registered table and link during live traffic: statements are short,
 * nothing is locked, and only what is wrong at two points in time is reported.
 */
export async function diagnoseData(
  dataSource: DataSource,
  options: DataOptions = {},
): Promise<DataReport> {
  return diagnoseModel(await readModel(dataSource), options);
}

/** The same with a data model that has already been read. */
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
  include: readonly string[] = [],
): Promise<DataModel> {
  const query = queryOf(dataSource);
  const catalog = await readCatalog(query);
  if (!catalog.find('passports', 'dual_id')) {
    throw new Error(
      "This database does not have the library's schema. Run `dual-id migrate` first.",
    );
  }
  const logged = await readLoggedRows(query, catalog);
  return dataModelOf(dataSource, catalog, { logged, include });
}

/** Every probe of every check. */
export function probesOf(
  checks: readonly DataCheck[],
  model: DataModel,
): readonly { readonly check: DataCheck; readonly probe: Probe }[] {
  return checks.flatMap((check) => check.probesOf(model).map((probe) => ({ check, probe })));
}

/** Reads in short transactions, each statement with its own snapshot. */
export function readerOf(dataSource: DataSource): Reader {
  return (work) => looking(dataSource, readSettings, work);
}

/** A wrong row as a finding. */
export function findingOf({ probe, facts, isRepairable }: WrongRow, check: DataCheck): DataFinding {
  return {
    code: check.code,
    place: probe.place,
    problem: probe.message(facts),
    fix: isRepairable ? check.fix : (probe.fix ?? check.fix),
    repair: isRepairable && probe.repair ? probe.repair.does(facts) : null,
  };
}
