import { arch, availableParallelism, platform, totalmem } from 'node:os';
import { medianOf } from '../section.js';
import type { History } from './history.js';
import type { ImportRun } from './product-import.js';
import type { RawLoad } from './raw-load.js';

/** One turn: the raw load and the import of the same files. */
export interface Round {
  readonly raw: RawLoad;
  readonly ours: ImportRun;
}

/** Seconds of one insert with enrolment and without. */
export interface EnrolmentRound {
  readonly enrolled: number;
  readonly bare: number;
}

/** What was measured. */
export interface Measured {
  readonly history: History;
  readonly rounds: readonly Round[];
  /** A quarter of the history, for how time and memory grow. */
  readonly quarter: { readonly history: History; readonly run: ImportRun };
  readonly enrolledRows: number;
  readonly enrolment: readonly EnrolmentRound[];
  readonly postgres: string;
}

/** The Instacart data as it was published. */
const wholeItems = 33_819_106;

/** The figures of a run, as they are written to JSON. */
export function reportOf(measured: Measured) {
  const { history, rounds, quarter, enrolment } = measured;
  const seconds = medianOf(rounds.map(({ ours }) => ours.report.seconds));
  const growth = exponent(
    { items: quarter.history.items, seconds: quarter.run.report.seconds },
    { items: history.items, seconds },
  );
  return {
    machine: {
      system: `${platform()} ${arch()}`,
      cpus: availableParallelism(),
      memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
      node: process.version,
      postgres: measured.postgres,
    },
    history: sizeOf(history),
    import: {
      seconds,
      rawSeconds: medianOf(rounds.map(({ raw }) => raw.seconds)),
      ratio: medianOf(rounds.map(({ raw, ours }) => ours.report.seconds / raw.seconds)),
      rounds: rounds.map(({ raw, ours }) => ({
        raw,
        seconds: ours.report.seconds,
        files: ours.report.files.map((file) => ({ file: file.file, seconds: file.seconds })),
      })),
    },
    enrolment: {
      rows: measured.enrolledRows,
      ratio: medianOf(enrolment.map(({ enrolled, bare }) => enrolled / bare)),
      rounds: enrolment,
    },
    whole: {
      items: wholeItems,
      seconds: seconds * (wholeItems / history.items) ** Math.max(1, growth),
      growth,
      basis: [
        { ...sizeOf(quarter.history), seconds: quarter.run.report.seconds },
        { ...sizeOf(history), seconds },
      ],
    },
    memory: [
      { ...sizeOf(quarter.history), ...memoryOf(quarter.run) },
      { ...sizeOf(history), ...memoryOf(rounds[0]!.ours) },
    ],
  };
}

/** What `reportOf` answers. */
export type ImportBenchReport = ReturnType<typeof reportOf>;

interface Point {
  readonly items: number;
  readonly seconds: number;
}

/** 1 where twice the rows take twice the time, more where they take longer. */
function exponent(small: Point, large: Point): number {
  return Math.log(large.seconds / small.seconds) / Math.log(large.items / small.items);
}

function sizeOf({ users, orders, items, bytes }: History) {
  return { users, orders, items, bytes };
}

function memoryOf({ memory }: ImportRun) {
  return { peak: Math.max(...memory), samples: memory };
}
