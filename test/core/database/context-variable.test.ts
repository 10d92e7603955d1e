import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ContextVariable } from '../../../src/core/database/context-variable.js';

const number = new ContextVariable<number>();
const word = new ContextVariable<string>();
const flag = new ContextVariable<boolean>();
const seen = () => [number.get(), word.get(), flag.get()];

describe('a context variable', () => {
  test('has a value for the work and what it starts, beside those of others', async () => {
    expect(seen()).toEqual([undefined, undefined, undefined]);
    const late = number.run(1, () =>
      word.run('a', async () => {
        await nextTurn();
        return seen();
      }),
    );
    expect(seen()).toEqual([undefined, undefined, undefined]);
    expect(await late).toEqual([1, 'a', undefined]);
  });

  test('has the value that was given last, and the one before again afterwards', () => {
    number.run(1, () =>
      word.run('a', () => {
        flag.run(true, () => {
          number.run(2, () => expect(seen()).toEqual([2, 'a', true]));
          word.run('b', () => expect(seen()).toEqual([1, 'b', true]));
        });
        expect(seen()).toEqual([1, 'a', undefined]);
      }),
    );
  });

  test('has no value in work that is run without one, and leaves others theirs', () => {
    number.run(1, () =>
      word.run('a', () =>
        flag.run(false, () => {
          number.run(undefined, () => expect(seen()).toEqual([undefined, 'a', false]));
          word.run(undefined, () => expect(seen()).toEqual([1, undefined, false]));
          flag.run(undefined, () => expect(seen()).toEqual([1, 'a', undefined]));
          expect(seen()).toEqual([1, 'a', false]);
        }),
      ),
    );
  });

  test('takes no more room in work that starts itself again and again', async () => {
    const again = async (left: number): Promise<unknown> => {
      if (left === 0) return number.run(undefined, seen);
      await nextTurn();
      return number.run(left, () => word.run('a', () => again(left - 1)));
    };
    expect(await again(1_000)).toEqual([undefined, 'a', undefined]);
  });
});
