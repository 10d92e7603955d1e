import { describe, expect, test } from '@jest/globals';
import { parsePublicId } from 'nest-dual-id';

describe('a public id', () => {
  const uuid = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';

  test('is read in either case and kept in lower case', () => {
    expect(parsePublicId(uuid.toUpperCase(), [4])).toBe(uuid);
  });

  test.each([
    ['a number', '42'],
    ['a real number', 42],
    ['Nil', '00000000-0000-0000-0000-000000000000'],
    ['Max', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['a UUID with a tail', `${uuid}x`],
    ['a UUID with a line break', `${uuid}\n`],
    ['a UUID in braces', `{${uuid}}`],
    ['a UUID without hyphens', uuid.replaceAll('-', '')],
    ['a UUID of another variant', '0b8b2f6c-4f0e-4c55-1a43-5d0f3f3a1c9e'],
    ['a UUID of a version that is not accepted', '01890a5d-ac96-774b-bcce-b302099a8057'],
  ])('is not %s', (_name, value) => {
    expect(parsePublicId(value, [4])).toBeUndefined();
  });
});
