import { arch, availableParallelism, platform, totalmem } from 'node:os';
import { medianOf } from '../section.js';
import type { Filling } from './fill.js';
import { layouts } from './layouts.js';
import type { ReadTimes } from './reads.js';
import type { Sizes } from './sizes.js';

/** What was measured at one number of rows. */
export interface Measured {
  readonly rows: number;
  readonly filling: ReadonlyMap<string, Filling>;
  readonly sizes: ReadonlyMap<string, Sizes>;
  readonly reads: ReadTimes;
}

/** A figure of every layout, and whether less of it is better. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly isLessBetter: boolean;
  /** By layout. */
  readonly values: Readonly<Record<string, number>>;
}

/** The figures at one number of rows. */
export interface SizeReport {
  readonly rows: number;
  readonly figures: readonly Figure[];
}

/** The figures of a run, as they are written to JSON. */
export interface KeysBenchReport {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly sizes: readonly SizeReport[];
}

/** Sums up a run. */
export function reportOf(measured: readonly Measured[], postgres: string): KeysBenchReport {
  const machine = {
    system: `${platform()} ${arch()}`,
    cpus: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.version.slice(1),
    postgres,
  };
  return { machine, sizes: measured.map(sizeReport) };
}

function sizeReport({ rows, filling, sizes, reads }: Measured): SizeReport {
  const less = { isLessBetter: true };
  const bytes = { ...less, unit: 'B/row' };
  const size = (part: (sizes: Sizes) => number) => byLayout((name) => part(sizes.get(name)!));
  return {
    rows,
    figures: [
      {
        name: 'insert, all batches',
        unit: 'rows/s',
        isLessBetter: false,
        values: byLayout((name) => medianOf(filling.get(name)!.rates)),
      },
      {
        name: 'insert, last quarter',
        unit: 'rows/s',
        isLessBetter: false,
        values: byLayout((name) => medianOf(lastQuarter(filling.get(name)!.rates))),
      },
      { name: 'WAL written', ...bytes, values: byLayout((name) => filling.get(name)!.logged) },
      { name: 'table', ...bytes, values: size(({ table }) => table) },
      { name: 'key indexes', ...bytes, values: size(({ keys }) => keys) },
      { name: 'page index', ...bytes, values: size(({ pageIndex }) => pageIndex) },
      {
        name: 'table and indexes',
        ...bytes,
        values: size(({ table, keys, pageIndex }) => table + keys + pageIndex),
      },
      ...[...reads].map(([name, times]) => ({
        name,
        ...less,
        unit: 'ms',
        values: byLayout((layout) => medianOf(times.get(layout)!)),
      })),
    ],
  };
}

function lastQuarter(values: readonly number[]): readonly number[] {
  return values.slice(-Math.ceil(values.length / 4));
}

function byLayout(value: (name: string) => number): Record<string, number> {
  return Object.fromEntries(layouts.map(({ name }) => [name, value(name)]));
}
