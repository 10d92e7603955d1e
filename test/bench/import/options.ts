import { parseArgs } from 'node:util';

/** What a run of the benchmark is told. */
export interface ImportBenchOptions {
  /** Orders to generate, about; each has close to ten items. */
  readonly orders: number;
  readonly rounds: number;
  /** Rows of the comparison of inserts with and without enrolment. */
  readonly enrolled: number;
  readonly output: string;
  readonly writeDocs: boolean;
}

/** Reads the command line; an unknown flag or value throws. */
export function readOptions(args: string[]): ImportBenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      orders: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '3' },
      enrolled: { type: 'string', default: '500000' },
      output: { type: 'string', default: 'bench-import.json' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  return {
    orders: positive('orders', values.orders),
    rounds: positive('rounds', values.rounds),
    enrolled: positive('enrolled', values.enrolled),
    output: values.output,
    writeDocs: values['write-docs'],
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number above 0, not ${text}.`);
}
