import { Logger } from '@nestjs/common';
import { problem } from '../../../core/errors/problem.js';
import type { Phase } from '../steps/step.js';

/** Where a conversion is, for whoever watches it. */
export interface ConversionProgress {
  readonly step: string;
  readonly phase: Phase;
  /** The number of the step, from 1, and how many there are until the contract, or to take back. */
  readonly number: number;
  readonly of: number;
  /** Blocks of a backfill or a comparison; absent in other steps. */
  readonly blocks?: { readonly done: number; readonly all: number };
  /** Rows that this backfill has changed, and in a second. */
  readonly rows?: number;
  readonly rowsPerSecond?: number;
  /** Milliseconds for which a step had locked tables for itself, once it has ended. */
  readonly lockedFor?: number;
}

/** How a conversion treats others. */
export interface ConversionOptions {
  /** Most milliseconds that a statement waits for a lock while others queue behind it. Default 200. */
  readonly lockTimeout?: number;
  /** Milliseconds for which a step is tried before the conversion stops. Default 600,000. */
  readonly patience?: number;
  /** Milliseconds that a batch aims to take. Default 100. */
  readonly batchTime?: number;
  /** Connections that change rows of a backfill at the same time. Default 1. */
  readonly jobs?: number;
  /** Most rows that a backfill changes in a second, until `rate` sets another. Default: no limit. */
  readonly rate?: number;
  /** Most bytes of WAL that a backfill causes in a second. Default: no limit. */
  readonly maxWal?: number;
  /** Seconds that a replica may be behind before a backfill waits for it. Default 10. */
  readonly maxReplicaLag?: number;
  /**
   * Keeps triggers of the application from firing for the rows that a backfill changes, which the
   * role has to be allowed by `GRANT SET ON PARAMETER session_replication_role`. Default: they fire.
   */
  readonly skipTriggers?: boolean;
  /** Ends with this phase instead of `observe`. */
  readonly until?: Exclude<Phase, 'contract'>;
  /** Stops it between two batches or steps when it is aborted; it can be resumed. */
  readonly signal?: AbortSignal;
  /** Receives a line for each wait; by default it is a warning in Nest's log. */
  readonly log?: (line: string) => void;
  readonly onProgress?: (progress: ConversionProgress) => void;
}

/** The options, with their defaults. */
export type RunOptions = Required<ConversionOptions>;

const mostJobs = 16;

const logger = new Logger('Conversion');

/** Adds the defaults, and refuses numbers that mean nothing. */
export function runOptionsOf(options: ConversionOptions = {}): RunOptions {
  const all: RunOptions = {
    lockTimeout: 200,
    patience: 600_000,
    batchTime: 100,
    jobs: 1,
    rate: Infinity,
    maxWal: Infinity,
    maxReplicaLag: 10,
    skipTriggers: false,
    until: 'observe',
    signal: new AbortController().signal,
    log: (line) => logger.warn(line),
    onProgress: () => undefined,
    ...options,
  };
  for (const name of ['lockTimeout', 'patience', 'batchTime', 'rate', 'maxWal'] as const) {
    if (all[name] >= 1) continue;
    throw problem('misuse', { detail: `${name} is ${all[name]}, not a number from 1.` });
  }
  if (!Number.isInteger(all.jobs) || all.jobs < 1 || all.jobs > mostJobs) {
    throw problem('misuse', {
      detail: `jobs is ${all.jobs}, not a whole number from 1 to ${mostJobs}.`,
    });
  }
  return all;
}
