import { markdownTable, writeSection } from '../section.js';
import { layouts } from './layouts.js';
import type { Figure, KeysBenchReport } from './report.js';

/** Writes the figures into the page about keys. */
export function writeDocumentation(report: KeysBenchReport): void {
  writeSection('docs/performance-keys.md', 'bench:keys', markdownOf(report));
}

/** The figures as Markdown: those of the first layout, and how many times as good the others are. */
export function markdownOf({ machine, sizes }: KeysBenchReport): string {
  const tables = sizes.map(({ rows, figures }) => {
    const head = ['', ...layouts.map(({ title }) => title)];
    const table = markdownTable([head, ...figures.map(cells)]);
    return `**${rows.toLocaleString('en-US')} orders**\n\n${table}`;
  });
  const { system, cpus, memory, postgres } = machine;
  return `${tables.join('\n\n')}

In parentheses: how many times as good as bigint + uuid v4; below 1 is worse. Medians of the turns of one run. ${system}, ${cpus} CPUs, ${memory}, PostgreSQL ${postgres}.`;
}

function cells({ name, unit, isLessBetter, values }: Figure): string[] {
  const [first] = layouts;
  const base = values[first!.name]!;
  const others = layouts.slice(1).map((layout) => {
    const value = values[layout.name]!;
    const ratio = isLessBetter ? base / value : value / base;
    return `${rounded(value)} (${ratio.toFixed(2)})`;
  });
  return [`${name}, ${unit}`, rounded(base), ...others];
}

function rounded(value: number): string {
  return value >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));
}
