import fc from 'fast-check';
import type { ElementType, FieldType } from 'nest-dual-id/import';

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

const decimals = fc
  .tuple(
    fc.integer({ min: -1200, max: 1200 }),
    oneOf('', '', '.', '.0', '.00', '.5', '.25', '.999', '.1234567890123456'),
  )
  .map(([whole, rest]) => `${whole}${rest}`);
const amounts = fc.oneof(
  numbers,
  decimals,
  fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }).map(String),
  oneOf('32767', '32768', '-32768', '-32769', '2147483647', '2147483648', '1e3', 'NaN', '0x1F'),
  oneOf('999999999999999', '1000000000000000', '9223372036854775807', '9223372036854775808'),
);
const names = fc.oneof(words, fc.string({ unit: 'grapheme', minLength: 20, maxLength: 70 }));

const arrays: readonly (readonly [string, ElementType, fc.Arbitrary<string>])[] = [
  ['text[]', { type: 'text' }, words],
  ['varchar(3)[]', { type: 'text' }, words],
  ['mood[]', { type: 'enum' }, words],
  ['smallint[]', { type: 'integer' }, numbers],
  ['numeric(4,1)[]', { type: 'numeric', min: -50 }, numbers],
  ['date[]', { type: 'date' }, days],
  ['boolean[]', { type: 'boolean' }, switches],
  ['uuid[]', { type: 'uuid' }, uuids],
];

/** The columns that fields of a type may fill. A type without any is one that SQL alone reads. */
type ColumnsOf<T extends FieldType['type']> = readonly {
  /** Of the column; `mood` is an enum. */
  readonly type: string;
  /** What else a plan says of the field. */
  readonly source?: Omit<Extract<FieldType, { type: T }>, 'type'>;
  /** Of which many are nearly or just right. */
  readonly texts: fc.Arbitrary<string>;
}[];

const byType: { readonly [T in FieldType['type']]: ColumnsOf<T> } = {
  id: [
    { type: 'bigint', texts: amounts },
    { type: 'smallint', texts: amounts },
  ],
  publicId: [{ type: 'uuid', source: { acceptUuidVersions: [4, 7] }, texts: uuids }],
  reference: [
    { type: 'bigint', source: { to: 'read_fields' }, texts: amounts },
    { type: 'integer', source: { to: 'read_fields' }, texts: amounts },
  ],
  publicReference: [],
  text: [
    { type: 'text', texts: words },
    { type: 'varchar(3)', texts: words },
    { type: 'char(3)', texts: words },
    { type: 'name', texts: names },
  ],
  integer: [
    { type: 'smallint', texts: amounts },
    { type: 'integer', source: { min: -10, max: 20_000 }, texts: amounts },
    { type: 'bigint', texts: amounts },
    { type: 'numeric(4,1)', texts: amounts },
  ],
  numeric: [
    { type: 'numeric', source: { max: 99.5 }, texts: amounts },
    { type: 'numeric(4,1)', source: { min: -50 }, texts: amounts },
    { type: 'smallint', texts: amounts },
    { type: 'double precision', texts: amounts },
  ],
  boolean: [{ type: 'boolean', texts: switches }],
  timestamptz: [{ type: 'timestamptz', texts: join(days, oneOf('T', ' '), times, offsets) }],
  date: [{ type: 'date', texts: days }],
  time: [
    { type: 'time', texts: join(times, oneOf('', '', 'Z')) },
    { type: 'time(3)', texts: times },
  ],
  timetz: [
    { type: 'timetz', texts: join(times, offsets) },
    { type: 'timetz(0)', texts: join(times, offsets) },
  ],
  uuid: [{ type: 'uuid', texts: uuids }],
  json: [{ type: 'json', texts: documents }],
  jsonb: [{ type: 'jsonb', texts: documents }],
  enum: [
    { type: 'mood', texts: words },
    { type: 'text', source: { values: ['b c', 'a\\', '"x"', 'NULL'] }, texts: words },
  ],
  array: arrays.map(([type, of, elements]) => ({ type, source: { of }, texts: list(elements) })),
};

/** Every type of field in columns that it may fill. */
export const fieldTexts = Object.entries(byType).flatMap(([name, columns]): FieldTexts[] =>
  columns.map(({ type, source, texts }) => ({
    type,
    source: { type: name, ...source } as FieldType,
    texts,
  })),
);
