import { describe, expect, jest, test } from '@jest/globals';
import { progressPrinter } from 'nest-dual-id/import';
import type { ImportProgress } from 'nest-dual-id/import';

const steps: ImportProgress[] = (['reading', 'checking', 'loading', 'done'] as const).map(
  (step) => ({ file: 'orders.csv', table: 'orders', step, rows: 3, bytes: 50, totalBytes: 100 }),
);

/** What a printer writes to an output. */
function written(isTTY: boolean, seen: readonly ImportProgress[]): string {
  let text = '';
  const write = (part: string) => (text += part) !== '';
  const printer = progressPrinter({ isTTY, write });
  for (const progress of seen) printer.show(progress);
  printer.clear();
  return text;
}

describe('the progress of an import', () => {
  test('is a bar on a terminal, drawn again in its place', () => {
    const frames = written(true, steps).split('\r\u001B[2K').slice(1);
    expect(frames).toEqual([
      '[######------------------] orders.csv: reading, 3 rows',
      '[############------------] orders.csv: checking, 3 rows',
      '[##################------] orders.csv: loading, 3 rows',
      '[########################] orders.csv: done, 3 rows\n',
    ]);
  });

  test('leaves no half of a bar behind an import that fails', () => {
    expect(written(true, steps.slice(0, 2)).endsWith('rows\r\u001B[2K')).toBe(true);
  });

  test('is a line for each file elsewhere', () => {
    expect(written(false, steps)).toBe('orders.csv: done, 3 rows\n');
  });

  test('is a line every ten seconds of a file that takes long', () => {
    const start = performance.now();
    const clock = jest.spyOn(performance, 'now');
    const times = [0, 9_000, 10_001, 12_000, 21_000, 21_500].map((after) => start + after);
    for (const time of times) clock.mockReturnValueOnce(time);
    const seen = [10, 20, 30, 40].map((rows) => ({ ...steps[0]!, rows }));
    expect(written(false, [...seen, steps[3]!])).toBe(
      'orders.csv: reading, 20 rows\norders.csv: reading, 40 rows\norders.csv: done, 3 rows\n',
    );
    clock.mockRestore();
  });
});
