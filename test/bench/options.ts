import { parseArgs } from 'node:util';
import type { Generator } from './load/load.js';
import { availableGenerator } from './load/load.js';

/** The options of a run of the benchmark. */
export interface BenchOptions {
  readonly users: number;
  readonly orders: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly generator: Generator;
  /** Parts to run: E1 to E6, `single`, `growth`, `instances`, `access`, `ownership`. */
  readonly only: readonly string[];
  readonly output: string;
  readonly writeDocs: boolean;
  /** Database server; without one an embedded server is started. */
  readonly server: string | undefined;
}

/** Every part of the benchmark. */
export const parts = [
  ...['E1', 'E2', 'E3', 'E4', 'E5', 'E6'],
  ...['single', 'growth', 'instances'],
  ...['access', 'ownership'],
];

/** Reads the command line; an unknown flag or value throws. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      users: { type: 'string', default: '50000' },
      orders: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '7' },
      connections: { type: 'string', default: '32' },
      generator: { type: 'string', default: availableGenerator() },
      only: { type: 'string', default: parts.join(',') },
      output: { type: 'string', default: 'bench.json' },
      server: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const only = values.only.split(',');
  const unknown = only.find((part) => !parts.includes(part));
  if (unknown !== undefined) throw new Error(`--only takes ${parts.join(', ')}, not ${unknown}.`);
  const { generator } = values;
  if (generator !== 'wrk' && generator !== 'autocannon') {
    throw new Error(`--generator takes wrk or autocannon, not ${generator}.`);
  }
  return {
    users: positive('users', values.users),
    orders: positive('orders', values.orders),
    seconds: positive('seconds', values.seconds),
    rounds: positive('rounds', values.rounds),
    connections: positive('connections', values.connections),
    generator,
    only,
    output: values.output,
    server: values.server,
    writeDocs: values['write-docs'],
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number above 0, not ${text}.`);
}
