import { experiments, titleOf } from '../experiments.js';
import type { Results } from '../run-parts.js';
import { nameOf } from './table.js';

const bar = { left: 250, right: 70, height: 16, gap: 4, title: 30 };
const width = 760;
const colours = { ours: '#0b6e4f', other: '#9aa5b1' };

/** A bar chart of responses per second, one block for each experiment, in plain SVG. */
export function chartOf(results: Results): string {
  const blocks: string[] = [];
  let y = 10;
  for (const { id } of experiments) {
    const sides = Object.entries(results[id] ?? {});
    if (sides.length === 0) continue;
    const most = Math.max(...sides.map(([, { rate }]) => rate));
    blocks.push(text(10, y + 18, titleOf(id), 'font-weight="bold"'));
    y += bar.title;
    for (const [key, { rate }] of sides) {
      blocks.push(row(key, rate, rate / most, y));
      y += bar.height + bar.gap;
    }
    y += 10;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="12" role="img" aria-label="Responses per second by experiment and peer">
<rect width="${width}" height="${y}" fill="#ffffff"/>
${blocks.join('\n')}
</svg>
`;
}

function row(key: string, rate: number, share: number, y: number): string {
  const length = Math.max(1, Math.round((width - bar.left - bar.right) * share));
  const colour = key === 'ours' ? colours.ours : colours.other;
  return [
    text(bar.left - 8, y + 12, nameOf(key), 'text-anchor="end"'),
    `<rect x="${bar.left}" y="${y}" width="${length}" height="${bar.height}" fill="${colour}"/>`,
    text(bar.left + length + 6, y + 12, `${Math.round(rate)}/s`, 'fill="#333333"'),
  ].join('');
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`;
}
