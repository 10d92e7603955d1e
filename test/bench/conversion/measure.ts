import { setTimeout as sleep } from 'node:timers/promises';
import { Conversions } from 'nest-dual-id/conversion';
import type { ConversionPlan, ConversionProgress } from 'nest-dual-id/conversion';
import { DataSource } from 'typeorm';
import { differences, strayTwins } from '../../support/conversion-load/comparison.js';
import { ConversionLoad } from '../../support/conversion-load/load.js';
import type { Subject } from '../../support/conversion-load/tables.js';
import { loadTables, newWording, oldWording } from '../../support/conversion-load/tables.js';
import type { LatencySummary } from '../../support/conversion-load/latencies.js';
import type { StepTimes } from './step-times.js';
import { stepTimes } from './step-times.js';

const undisturbed = 5_000;

/** How a conversion is measured. */
export interface MeasureOptions {
  readonly url: string;
  readonly rows: number;
  readonly rate: number;
  readonly jobs: number;
  readonly say: (text: string) => void;
}

/** What one conversion took, and what clients noticed. */
export interface MeasuredConversion {
  readonly kind: string;
  readonly rows: number;
  readonly seconds: number;
  readonly times: StepTimes;
  /** Milliseconds for which each swap, there or back, had locked its tables. */
  readonly locked: readonly number[];
  readonly load: { readonly before: LatencySummary; readonly beside: LatencySummary } | null;
  /** Seconds of one statement that changes a column of a copy of the articles, with its indexes. */
  readonly rawSeconds: number;
  /** Failed statements, and rows that were lost, doubled or changed by nobody. */
  readonly faults: readonly string[];
}

/** Converts a table of so many rows while clients use it, and compares it with what they know. */
export async function measureConversion(
  kind: string,
  subject: Subject,
  options: MeasureOptions,
): Promise<MeasuredConversion> {
  const source = await new DataSource({ type: 'postgres', url: options.url }).initialize();
  options.say(`${kind}: making ${options.rows} rows`);
  for (const statement of loadTables(subject, options.rows)) await source.query(statement);
  const rawSeconds = await updateCopy(source);
  const conversions = new Conversions(source);
  const plan = await conversions.plan(subject.request);
  const { key } = subject;
  const load =
    options.rate > 0
      ? await ConversionLoad.start({ url: options.url, key, rate: options.rate })
      : undefined;
  await sleep(undisturbed);
  const before = load?.latencies.summary();
  load?.latencies.clear();
  const locked: number[] = [];
  const began = performance.now();
  await conversions.start(plan, {
    jobs: options.jobs,
    log: options.say,
    onProgress: (now: ConversionProgress) => note(now, locked),
  });
  const seconds = (performance.now() - began) / 1_000;
  options.say(`${kind}: ${seconds.toFixed(1)} s`);
  load?.use([oldWording, newWording(plan)]);
  await sleep(undisturbed);
  await load?.stop();
  const beside = load?.latencies.summary();
  const faults = load ? await faultsOf(source, plan, load) : [];
  const times = await stepTimes(conversions);
  await source.destroy();
  const summaries = before && beside ? { before, beside } : null;
  return { kind, rows: options.rows, seconds, times, locked, load: summaries, rawSeconds, faults };
}

async function faultsOf(
  source: DataSource,
  plan: ConversionPlan,
  load: ConversionLoad,
): Promise<string[]> {
  const ask = <Row extends object>(sql: string) => source.query<Row[]>(sql);
  return [
    ...load.failures,
    ...(await strayTwins(ask, plan)),
    ...(await differences(ask, load.ledger, oldWording)),
    ...(await differences(ask, load.ledger, newWording(plan))),
  ];
}

/** What the server can do at best: no batches, no triggers, nobody beside it. */
async function updateCopy(source: DataSource): Promise<number> {
  await source.query('CREATE TABLE copies (LIKE articles INCLUDING ALL)');
  await source.query('INSERT INTO copies SELECT * FROM articles');
  await source.query('ALTER TABLE copies ADD COLUMN extra uuid');
  await source.query('VACUUM ANALYZE copies');
  const began = performance.now();
  await source.query('UPDATE copies SET extra = gen_random_uuid()');
  const seconds = (performance.now() - began) / 1_000;
  await source.query('DROP TABLE copies');
  return seconds;
}

function note({ lockedFor, phase }: ConversionProgress, locked: number[]): void {
  if (lockedFor !== undefined && phase === 'swap') locked.push(lockedFor);
}
