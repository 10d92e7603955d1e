import { parseArgs } from 'node:util';
import { subjects } from '../../support/conversion-load/tables.js';

/** The options of a run of the benchmark. */
export interface ConversionBenchOptions {
  /** Articles to convert; more than one size shows whether the time grows with it. */
  readonly rows: readonly number[];
  readonly kinds: readonly string[];
  /** Operations a second of the load; 0 measures an idle table. */
  readonly rate: number;
  /** Connections of each backfill. */
  readonly jobs: number;
  /** How often keys are swapped there and back. */
  readonly swaps: number;
  readonly version: 15 | 18;
  readonly output: string;
}

/** Reads the command line; an unknown flag or value throws. */
export function readOptions(args: string[]): ConversionBenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '250000,1000000' },
      kinds: { type: 'string', default: Object.keys(subjects).join(',') },
      rate: { type: 'string', default: '500' },
      jobs: { type: 'string', default: '1' },
      swaps: { type: 'string', default: '30' },
      postgres: { type: 'string', default: '18' },
      output: { type: 'string', default: 'bench-conversion.json' },
    },
  });
  const kinds = values.kinds.split(',');
  const unknown = kinds.find((kind) => !(kind in subjects));
  if (unknown !== undefined) {
    throw new Error(`--kinds takes ${Object.keys(subjects).join(', ')}, not ${unknown}.`);
  }
  return {
    rows: values.rows.split(',').map((text) => number('rows', text, 1)),
    kinds,
    rate: number('rate', values.rate, 0),
    jobs: number('jobs', values.jobs, 1),
    swaps: number('swaps', values.swaps, 0),
    version: values.postgres === '15' ? 15 : 18,
    output: values.output,
  };
}

function number(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} takes whole numbers from ${least}, not ${text}.`);
}
