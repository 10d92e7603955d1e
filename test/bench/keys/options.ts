import { parseArgs } from 'node:util';

/** What a run of the benchmark is told. */
export interface KeysBenchOptions {
  /** Numbers of orders to measure at. */
  readonly rows: readonly number[];
  readonly rounds: number;
  readonly output: string;
  readonly writeDocs: boolean;
}

/** Reads the command line; an unknown flag or value throws. */
export function readOptions(args: string[]): KeysBenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '1000000,10000000' },
      rounds: { type: 'string', default: '5' },
      output: { type: 'string', default: 'bench-keys.json' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  return {
    rows: values.rows.split(',').map((text) => positive('rows', text)),
    rounds: positive('rounds', values.rounds),
    output: values.output,
    writeDocs: values['write-docs'],
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes whole numbers above 0, not ${text}.`);
}
