import { describe, expect, test } from '@jest/globals';
import { describeFailure } from '../../src/cli/failure.js';

const said = (error: unknown) => describeFailure(error, { isVerbose: false });

describe('a command that fails', () => {
  test.each([
    ['an error without a message', new TypeError(''), 'failed with TypeError and no message'],
    ['a message of blanks', new Error('  '), 'failed with Error and no message'],
    ['an empty gathering of errors', new AggregateError([]), 'failed with AggregateError'],
    ['a gathering of empty errors', new AggregateError([new RangeError('')]), 'RangeError'],
    ['an empty text', '', 'failed with an empty value'],
    ['nothing', undefined, 'failed with an empty value'],
  ])('prints a message for %s', (_what, error, sentence) => {
    expect(said(error)).toContain(sentence);
    expect(said(error)).toMatch(/Run it again with --verbose\.$/);
  });

  test('prints the cause of an error without a message', () => {
    expect(said(new Error('', { cause: new Error('The disk is full.') }))).toBe(
      'The disk is full.',
    );
  });
});
