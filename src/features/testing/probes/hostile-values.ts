/** Numbers as people guess them, escaped for an address. */
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

/** The two UUIDs that belong to nobody. */
export const nobody = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

/** Spellings of a UUID that are not the one the API gives, escaped for an address. */
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

/** Texts that break out of what they stand in, escaped for an address. */
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

/** Texts a body may carry that something behind it may not: NUL, lone surrogates, sheer length. */
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

/** What should never pass for a text, and usually not for a number. */
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
