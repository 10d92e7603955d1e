import { expect, test } from '@jest/globals';
import { GuardedElsewhere, Public, Requires, restrictedTo } from 'nest-dual-id';

test.each(['', 'Orders', 'orders read', 'orders"read', 'a'.repeat(101)])(
  'a permission cannot be called %j',
  (name) => {
    expect(() => Requires(name)).toThrow('is not the name of a permission');
  },
);

test('a handler has one policy', () => {
  const declare = () => {
    class TwiceController {
      @Public()
      @Requires('notes:read')
      list(): void {}
    }
    return TwiceController;
  };
  expect(declare).toThrow('list has two policies; keep one of them.');
});

test.each([undefined, null, '', '7', {}])('work cannot be restricted to %j', (owner) => {
  expect(() => restrictedTo(owner as never, () => 1)).toThrow('no public id');
});

test('a policy that leaves the decision to others needs a reason in words', () => {
  expect(() => GuardedElsewhere(' ')).toThrow('has no reason in words');
});
