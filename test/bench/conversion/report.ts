import type { LatencySummary } from '../../support/conversion-load/latencies.js';
import type { MeasuredConversion } from './measure.js';

/** A conversion, as it is printed. */
export function linesOf(measured: MeasuredConversion): string[] {
  const { kind, rows, seconds, times, locked, load, faults, rawSeconds } = measured;
  const phases = Object.entries(times.phases).map(([name, took]) => `${name} ${took.toFixed(1)} s`);
  return [
    `${kind}, ${rows} articles: ${seconds.toFixed(1)} s (${phases.join(', ')})`,
    ...times.backfills.map(
      ({ step, rows: changed, perSecond, bloat }) =>
        `  ${step}: ${changed} rows, ${Math.round(perSecond)} a second, the table ${bloat.toFixed(2)} times as large`,
    ),
    `  one UPDATE of all articles: ${Math.round(rows / rawSeconds)} rows a second`,
    ...(locked.length === 0 ? [] : [`  locks of the swap: ${lockLine(locked)}`]),
    ...(load === null
      ? []
      : [
          `  before it: ${latencyLine(load.before)}`,
          `  beside it: ${latencyLine(load.beside)}`,
          `  ${faults.length === 0 ? 'none failed, none lost or doubled' : `${faults.length} faults, such as ${faults[0]}`}`,
        ]),
  ];
}

function latencyLine({ count, p50, p99, p999, max }: LatencySummary): string {
  return `${count} operations, p50 ${p50}, p99 ${p99}, p99.9 ${p999}, longest ${max} ms`;
}

/** How long swaps had locked their tables. */
export function lockLines([kind, locked]: [string, readonly number[]]): string[] {
  return locked.length === 0
    ? []
    : [`${kind}: locks of the swap, there and back: ${lockLine(locked)}`];
}

function lockLine(locked: readonly number[]): string {
  const sorted = locked.toSorted((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return `p50 ${at(0.5).toFixed(1)}, p99 ${at(0.99).toFixed(1)} ms of ${sorted.length}`;
}
