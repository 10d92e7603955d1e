import type { ImportPlan, ImportReport } from 'nest-dual-id/import';
import pg from 'pg';
import { askAlone, importAlone } from './alone.js';
import type { Files, Workbench } from './workbench.js';
import { figures, rejectsOf } from './workbench.js';

/** What an import left. */
export interface Outcome {
  readonly figures: Record<string, number[]>;
  readonly rejects: readonly string[];
  readonly checksums: readonly string[];
  readonly rows: readonly Record<string, unknown>[];
}

/** How an import is made, and how it is asked afterwards. */
export interface Trial {
  readonly plan: ImportPlan;
  readonly files: Files;
  /** Statements before the import, and a query for what it left. */
  readonly before: string;
  readonly after: string;
}

/** Imports alone, so that simple files go directly through COPY. */
export async function outcomeAlone(bench: Workbench, trial: Trial): Promise<Outcome> {
  await askAlone(bench.url, trial.before);
  return outcomeOf(bench, trial, await importAlone(bench, trial.plan, trial.files));
}

/** Imports beside another session, so that there is a look at every row. */
export async function outcomeBeside(bench: Workbench, trial: Trial): Promise<Outcome> {
  await askAlone(bench.url, trial.before);
  const neighbour = new pg.Client({ connectionString: bench.url });
  neighbour.on('error', () => undefined);
  await neighbour.connect();
  try {
    return await outcomeOf(bench, trial, await importAlone(bench, trial.plan, trial.files));
  } finally {
    await neighbour.end();
  }
}

async function outcomeOf(bench: Workbench, trial: Trial, report: ImportReport): Promise<Outcome> {
  return {
    figures: figures(report),
    rejects: await rejectsOf(report),
    checksums: report.tables.map(({ checksum }) => checksum),
    rows: await askAlone(bench.url, trial.after),
  };
}
