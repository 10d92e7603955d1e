import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { BenchOptions } from '../options.js';
import type { OwnershipTimes } from '../access/ownership.js';
import type { Outcome, Results } from '../run-parts.js';
import type { Verdict } from './compare.js';
import { verdictsOf } from './compare.js';

/** The results of a run, as they are written to the output file. */
export interface Report {
  readonly date: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly options: BenchOptions;
  readonly results: Results;
  readonly verdicts: readonly Verdict[];
  readonly ownership: OwnershipTimes | undefined;
}

/** Combines the results with the machine they were measured on and the verdicts. */
export function reportOf(
  options: BenchOptions,
  postgres: string,
  { results, ownership }: Outcome,
): Report {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cores: cpus().length,
      cpu: cpu?.model ?? '',
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      node: process.version,
      postgres,
      generator: options.generator,
      revision: revision(),
    },
    options,
    results,
    verdicts: verdictsOf(results),
    ownership,
  };
}

function revision(): string {
  try {
    const quiet = { encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], quiet).trim();
  } catch {
    return 'unknown';
  }
}
