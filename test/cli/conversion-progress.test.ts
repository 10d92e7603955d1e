import { describe, expect, test } from '@jest/globals';
import type { ConversionProgress } from 'nest-dual-id/conversion';
import { conversionPrinter } from '../../src/cli/conversion-progress.js';

const step = (more: Partial<ConversionProgress> = {}): ConversionProgress => ({
  step: 'fill uuid of public.orders',
  phase: 'backfill',
  number: 2,
  of: 4,
  ...more,
});

function printed(isTTY: boolean, ...steps: readonly ConversionProgress[]): string {
  let text = '';
  const printer = conversionPrinter({ isTTY, write: (part) => ((text += part), true) });
  for (const one of steps) printer.show(one);
  printer.clear();
  return text;
}

describe('the progress of a conversion', () => {
  test('is a line for each step where there is no terminal', () => {
    const blocks = { done: 1, all: 4 };
    expect(printed(false, step(), step({ blocks }), step({ step: 'next', number: 3 }))).toBe(
      '2/4 backfill: fill uuid of public.orders\n3/4 backfill: next\n',
    );
  });

  test('is a bar of the whole on a terminal, which goes when it has ended', () => {
    const blocks = { done: 1, all: 2 };
    const text = printed(true, step({ blocks, rowsPerSecond: 123_456 }));
    expect(text).toBe(
      '\r\u001B[2K[#########---------------] 2/4 backfill: fill uuid of public.orders, 50 %, 123,456 rows/s\r\u001B[2K',
    );
  });

  test('copes with a table that has no rows', () => {
    expect(printed(true, step({ blocks: { done: 0, all: 0 } }))).toContain(', 100 %');
  });
});
