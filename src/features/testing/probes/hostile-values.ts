/** Numbers as attackers guess them, escaped for an address. */
export const guessedNumbers = [
  '42',
  '0',
  '-1',
  '%2B42',
  '007',
  '4e1',
  '0x2a',
  '42.0',
  '42%20',
  '%D9%A4%D9%A2',
  '9223372036854775808',
];

/** Two UUIDs that belong to no entity. */
export const unknownUuids = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

/** UUID formats other than the one the API returns, escaped for an address. */
export function misspelt(uuid: string): readonly string[] {
  return [
    `${uuid}0`,
    `${uuid}%0A`,
    `${uuid}%00`,
    `%20${uuid}`,
    `%7B${uuid}%7D`,
    `urn:uuid:${uuid}`,
    uuid.replaceAll('-', ''),
    uuid.slice(0, -1),
    `${uuid.slice(0, 14)}0${uuid.slice(15)}`,
    `${uuid.slice(0, 19)}0${uuid.slice(20)}`,
    `${uuid.slice(0, -1)}g`,
    `${uuid},${uuid}`,
    `${uuid}'--`,
  ];
}

/** Texts that break out of their surroundings, escaped for an address. */
export const breakouts = [
  '%00',
  '%0A',
  '%27%20OR%201=1--',
  '%22%3B',
  '%25',
  '..%2F..%2F',
  '%FF%FE',
  '%ED%A0%80',
  '%F0%9F%92%A5',
];

/**
 * Texts that are valid in a body, but possibly not for what reads it: NUL, lone surrogates, sheer
 * length.
 */
export const strangeTexts = [
  '',
  ' ',
  'a\u0000b',
  '\ud800',
  '\udfff text',
  '\u202e\u0000\uffff',
  `'; DROP TABLE users; --`,
  '$1 %s {{7*7}} ${7*7}',
  'x'.repeat(100_000),
];

/** What should never be accepted as a text, and usually not as a number. */
export const strangeValues: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 53 + 2,
  1e308,
  '5',
  [],
  [null],
  ['x'],
  {},
  { $gt: '' },
  { toString: 'x' },
];

/** Names of internal ids, which no request may use. */
export const internalNames = ['id', 'userId', 'user_id', 'ID'];
