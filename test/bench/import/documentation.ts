import { markdownTable, writeSection } from '../section.js';
import type { ImportBenchReport } from './report.js';

/** Writes the figures into the page about bulk loading. */
export function writeDocumentation(report: ImportBenchReport): void {
  writeSection('docs/performance-bulk.md', 'bench:import', markdownOf(report));
}

/** The figures as Markdown. */
export function markdownOf(report: ImportBenchReport): string {
  const { machine, history, enrolment, whole, memory } = report;
  const imported = report.import;
  const ratio = (value: number) => `${value.toFixed(2)}x`;
  const seconds = (value: number) => `${value.toFixed(0)} s`;
  const table = markdownTable([
    ['', 'measured', 'target'],
    ['import against raw COPY', ratio(imported.ratio), 'at most 1.30x'],
    ['INSERT with enrolment against INSERT without', ratio(enrolment.ratio), 'at most 2.00x'],
    [`${count(whole.items)} items, extrapolated`, seconds(whole.seconds), 'at most 240 s'],
    [
      `peak memory at ${memory.map(({ items }) => count(items)).join(' and ')} items`,
      memory.map(({ peak }) => `${peak} MB`).join(' and '),
      'flat',
    ],
  ]);
  const [small, large] = whole.basis;
  return `${table}

${count(history.users)} users, ${count(history.orders)} orders and ${count(history.items)} items were imported in ${seconds(imported.seconds)} and copied raw in ${seconds(imported.rawSeconds)} (medians of ${imported.rounds.length} alternating rounds). The extrapolation is based on ${count(small!.items)} items in ${seconds(small!.seconds)} and ${count(large!.items)} items in ${seconds(large!.seconds)}: time grows with the number of rows to the power of ${whole.growth.toFixed(2)}. Enrolment was measured on ${count(enrolment.rows)} orders. ${machine.system}, ${machine.cpus} CPUs, ${machine.memory}, Node ${machine.node.slice(1)}, PostgreSQL ${machine.postgres}.`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
