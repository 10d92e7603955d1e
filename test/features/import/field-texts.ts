import fc from 'fast-check';
import type { FieldType } from 'nest-dual-id/import';

/** A type of column, how a plan reads it, and texts of which many are nearly or just right. */
export interface FieldTexts {
  readonly type: string;
  readonly source: FieldType;
  readonly texts: fc.Arbitrary<string>;
}

const digits = (length: number, max: number) =>
  fc.integer({ min: 0, max }).map((number) => String(number).padStart(length, '0'));
const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const inAnyCase = (texts: fc.Arbitrary<string>) =>
  fc.mixedCase(texts, { untoggleAll: (text) => text.toLowerCase() });

const days = fc
  .tuple(
    fc.oneof(digits(4, 9999), oneOf('0000', '1900', '2000', '2024')),
    digits(2, 13),
    digits(2, 32),
  )
  .map((parts) => parts.join('-'));
const seconds = fc
  .tuple(oneOf(':', ':', ''), digits(2, 60), oneOf('', '.5', '.', '.123456', '.1234567', '.120'))
  .map(([colon, ...parts]) => (colon === '' ? '' : colon + parts.join('')));
const times = fc
  .tuple(digits(2, 24), digits(2, 60), seconds)
  .map(([hours, minutes, rest]) => `${hours}:${minutes}${rest}`);
const offsets = fc.oneof(
  oneOf('', 'Z', 'z', '+00', '-12:30', '+0530', ' +02'),
  fc
    .tuple(oneOf('+', '-'), digits(2, 16), digits(2, 60))
    .map(([sign, ...hm]) => sign + hm.join(':')),
);
const join = (...parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((texts) => texts.join(''));

const uuids = inAnyCase(
  fc.oneof(
    fc.uuid(),
    fc.uuid({ version: 4 }),
    oneOf('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  ),
);
const documents = fc.oneof(
  fc.json(),
  fc.json({ stringUnit: 'binary' }),
  fc.json().map((text) => text.replaceAll(/[a-z]/g, '\\u0000')),
  fc.json().map((text) => ` ${text}\t\n`),
  oneOf('1e999', '-1E-99999', '"\\ud800"', '"\\u0041"', '01', '"\t"', '[1,]', 'NaN', '"\\/"'),
  fc.integer({ min: 50, max: 200 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
);
const list = (elements: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.array(elements, { maxLength: 5 }).map((texts) => `{${texts.join(',')}}`),
    fc.array(elements, { maxLength: 3 }).map((texts) => `{{${texts.join(',')}},{1}}`),
    fc.array(elements, { maxLength: 3 }).map((texts) => `{"${texts.join('","')}"}`),
  );
const words = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  oneOf('NULL', 'null', 'a', 'b c', 'a\\', '"x"', '{', '}', 'toolong', '\u00A0', 'é'),
);
const numbers = fc.oneof(
  fc.integer().map(String),
  fc.integer({ min: -40_000, max: 40_000 }).map(String),
  oneOf('14.0', '+1', '007', '-0', '1.5', '2.345', '.5', ' 1', '1 ', 'NULL', '99999'),
);
const spellings = ['true', 'tru', 't', 'yes', 'ye', 'y', 'on', 'o', '1', 'false', 'fal', 'f'];
const switches = inAnyCase(oneOf(...spellings, 'no', 'n', 'off', 'of', '0', '2', ' t', '00', '01'));

/** The types that are not told from their neighbours at a glance. */
export const fieldTexts: FieldTexts[] = [
  { type: 'date', source: { type: 'date' }, texts: days },
  { type: 'time', source: { type: 'time' }, texts: join(times, oneOf('', '', 'Z')) },
  { type: 'time(3)', source: { type: 'time' }, texts: times },
  { type: 'timetz', source: { type: 'timetz' }, texts: join(times, offsets) },
  { type: 'timetz(0)', source: { type: 'timetz' }, texts: join(times, offsets) },
  {
    type: 'timestamptz',
    source: { type: 'timestamptz' },
    texts: join(days, oneOf('T', ' '), times, offsets),
  },
  { type: 'uuid', source: { type: 'uuid' }, texts: uuids },
  { type: 'uuid', source: { type: 'publicId', acceptUuidVersions: [4, 7] }, texts: uuids },
  { type: 'boolean', source: { type: 'boolean' }, texts: switches },
  { type: 'json', source: { type: 'json' }, texts: documents },
  { type: 'jsonb', source: { type: 'jsonb' }, texts: documents },
  { type: 'text[]', source: { type: 'array', of: { type: 'text' } }, texts: list(words) },
  { type: 'varchar(3)[]', source: { type: 'array', of: { type: 'text' } }, texts: list(words) },
  { type: 'smallint[]', source: { type: 'array', of: { type: 'integer' } }, texts: list(numbers) },
  {
    type: 'numeric(4,1)[]',
    source: { type: 'array', of: { type: 'numeric', min: -50 } },
    texts: list(numbers),
  },
  { type: 'date[]', source: { type: 'array', of: { type: 'date' } }, texts: list(days) },
  { type: 'boolean[]', source: { type: 'array', of: { type: 'boolean' } }, texts: list(switches) },
  { type: 'uuid[]', source: { type: 'array', of: { type: 'uuid' } }, texts: list(uuids) },
];
