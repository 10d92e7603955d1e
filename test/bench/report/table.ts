import { titleOf } from '../experiments.js';
import type { Measurement } from '../measure.js';
import { peerNames } from '../peers/peer.js';
import type { Verdict } from './compare.js';
import type { OwnershipTimes } from '../access/ownership.js';
import type { Report } from './report.js';

/** The results as Markdown tables, which are readable in a terminal too. */
export function tablesOf({ results, verdicts, ownership }: Report): string {
  const measurements = Object.entries(results).flatMap(([experiment, sides]) =>
    Object.entries(sides).map(([key, side]) => measurementRow(experiment, key, side)),
  );
  const head = [
    'experiment',
    'variant',
    'responses/s',
    'p50 ms',
    'p99 ms',
    'SQL/response',
    'CPU us',
    'MB',
  ];
  const goals = ['experiment', 'ratio', 'target', 'measured', ''];
  const tables: string[] = [];
  if (verdicts.length > 0) tables.push(markdown(goals, verdicts.map(verdictRow)));
  if (measurements.length > 0) tables.push(markdown(head, measurements));
  if (ownership) tables.push(ownershipTable(ownership));
  return tables.join('\n\n');
}

/** The display name of a side of an experiment. */
export function nameOf(key: string): string {
  const special: Readonly<Record<string, string>> = {
    on: 'enrolment on',
    off: 'enrolment off',
  };
  return peerNames[key as keyof typeof peerNames] ?? special[key] ?? key;
}

function measurementRow(experiment: string, key: string, side: Measurement): string[] {
  const { rate, p50, p99, statements, cpu, memory } = side;
  return [
    titleOf(experiment),
    nameOf(key),
    String(Math.round(rate)),
    p50.toFixed(2),
    p99.toFixed(2),
    statements.toFixed(2),
    cpu.toFixed(0),
    memory.toFixed(0),
  ];
}

/** Reads of E1 with a key, one after another on one connection. */
function ownershipTable(times: OwnershipTimes): string {
  const rows = Object.entries(times).map(([kind, { calls, p50, p95 }]) => [
    ...[kind, String(calls), p50.toFixed(3), p95.toFixed(3)],
  ]);
  return markdown(['order', 'requests', 'p50 ms', 'p95 ms'], rows);
}

function verdictRow(verdict: Verdict): string[] {
  const { experiment, of, over, least, most, compares, ratio, isReached } = verdict;
  const goal = least === undefined ? `<= ${most}` : `>= ${least}`;
  const unit = compares === 'cpus' ? ', CPU' : '';
  const what = `${nameOf(of)} / ${nameOf(over)}${unit}`;
  return [titleOf(experiment), what, goal, ratio.toFixed(2), isReached ? 'reached' : 'missed'];
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, at) =>
    Math.max(cell.length, ...rows.map((row) => row[at]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
