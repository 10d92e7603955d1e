import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chartOf } from './chart.js';
import { writeSection } from '../section.js';
import type { Report } from './report.js';
import { tablesOf } from './table.js';

const page = docs('performance.md');
const begin = '<!-- measured: npm run bench -- --write-docs -->';
const end = '<!-- end of measured -->';
const chart = '![Responses per second by experiment and peer](bench.svg)';

/** Writes what was measured into docs/performance.md, with and without access apart. */
export function writeDocumentation(report: Report): void {
  const [guarded, open] = [partOf(report, true), partOf(report, false)];
  if (Object.keys(open.results).length > 0) writeComparison(open);
  if (Object.keys(guarded.results).length === 0 && !guarded.ownership) return;
  const text = [conditions(guarded), tablesOf(guarded)].join('\n\n');
  writeSection(page, 'measured with access', text);
}

/** The part of a report with access, or the one without. */
function partOf(report: Report, isGuarded: boolean): Report {
  const belongs = (experiment: string) => experiment.endsWith(' with access') === isGuarded;
  return {
    ...report,
    results: Object.fromEntries(Object.entries(report.results).filter(([key]) => belongs(key))),
    verdicts: report.verdicts.filter(({ experiment }) => belongs(experiment)),
    ownership: isGuarded ? report.ownership : undefined,
  };
}

/** Writes the tables between the marks, and the chart next to the page. */
function writeComparison(report: Report): void {
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${page} has lost the marks of its tables.`);
  const measured = [conditions(report), chart, tablesOf(report)].join('\n\n');
  writeFileSync(page, `${before}${begin}\n\n${measured}\n\n${end}${after}`);
  writeFileSync(docs('bench.svg'), chartOf(report.results));
}

function conditions({ date, machine, options }: Report): string {
  const { users, orders, seconds, rounds, connections } = options;
  return [
    `Measured on ${date} at revision ${machine['revision']}: ${machine['cores']} cores of ${machine['cpu']}, ${machine['memory']},`,
    `Node ${machine['node']}, PostgreSQL ${machine['postgres']}, ${machine['generator']} with ${connections} connections,`,
    `${users} users and ${orders} orders, medians of ${rounds} rounds of ${seconds} s, ratios by round.`,
  ].join('\n');
}

function docs(name: string): string {
  return fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url));
}
