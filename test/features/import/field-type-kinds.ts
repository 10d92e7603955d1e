import type { FieldType } from 'nest-dual-id/import';

/** A type of field in a type of column. */
export interface Kind {
  readonly type: string;
  readonly value: FieldType;
  /** Fields and the values that are made of them. */
  readonly good: Record<string, string>;
  /** Fields and the reasons why they are refused. */
  readonly bad: Record<string, string>;
}

/** An array of such elements. */
export const array = (of: Extract<FieldType, { type: 'array' }>['of']): FieldType => ({
  type: 'array',
  of,
});
const notTime = 'value is not a time of ISO 8601';
const notUuid = 'value is not a UUID';
const notArray = 'value is not an array in braces';
const notBoolean = 'value is neither true nor false';
/** A UUID of version 7. */
export const uuid = '0190163d-8694-7afa-9c1d-1f0b0c7c1f3a';

/** Every type of field, with what is read and what is refused. */
export const kinds: Kind[] = [
  {
    type: 'date',
    value: { type: 'date' },
    good: { '2024-02-29': '2024-02-29', '0001-01-01': '0001-01-01' },
    bad: {
      '2023-02-29': 'value is a day the month does not have',
      '29.02.2024': 'value is not a date of ISO 8601',
      '2024-02-29T00:00': 'value is not a date of ISO 8601',
      infinity: 'value is not a date of ISO 8601',
    },
  },
  {
    type: 'time(2)',
    value: { type: 'time' },
    good: { '23:59': '23:59:00', '00:00:01.25': '00:00:01.25' },
    bad: {
      '24:00': notTime,
      '9:00': notTime,
      '09:00Z': notTime,
      '09:00:00.125': 'value has more than 2 decimals of a second',
    },
  },
  {
    type: 'timetz',
    value: { type: 'timetz' },
    good: { '22:55': '22:55:00+00', '22:55:01.5+05:30': '22:55:01.5+05:30' },
    bad: { '22:55+16': notTime, now: notTime },
  },
  {
    type: 'uuid',
    value: { type: 'uuid' },
    good: {
      [uuid.toUpperCase()]: uuid,
      [uuid.replaceAll(/\w/g, '0')]: uuid.replaceAll(/\w/g, '0'),
    },
    bad: { [`{${uuid}}`]: notUuid, [uuid.replaceAll('-', '')]: notUuid, 7: notUuid },
  },
  {
    type: 'jsonb',
    value: { type: 'jsonb' },
    good: {
      '{"b":[1.50,"é, \\"x\\""], "a":null}': '{"a": null, "b": [1.50, "é, \\"x\\""]}',
      null: 'null',
    },
    bad: {
      "{'a':1}": 'value is not JSON that jsonb can hold',
      '"\\u0000"': 'value is not JSON that jsonb can hold',
      ['['.repeat(100_000)]: 'value is not JSON that jsonb can hold',
    },
  },
  {
    type: 'json',
    value: { type: 'json' },
    good: { '{"b":1,  "b":2}': '{"b":1,  "b":2}' },
    bad: { '{': 'value is not JSON', NaN: 'value is not JSON' },
  },
  {
    type: 'boolean',
    value: { type: 'boolean' },
    good: {
      t: 'true',
      YES: 'true',
      on: 'true',
      False: 'false',
      n: 'false',
      off: 'false',
      0: 'false',
    },
    bad: { 2: notBoolean, maybe: notBoolean, tru: notBoolean, ' t': notBoolean },
  },
  {
    type: 'varchar(5)[]',
    value: array({ type: 'text' }),
    good: { '{red,"a, b",NULL}': '{red,"a, b",NULL}', '{}': '{}', '{{a},{b}}': '{{a},{b}}' },
    bad: {
      red: notArray,
      '{red': notArray,
      '["red"]': notArray,
      '{a,scarlet}': 'value: an element is longer than 5 characters',
    },
  },
  {
    type: 'numeric(4,1)[]',
    value: array({ type: 'numeric', min: 0 }),
    good: { '{1.5,10}': '{1.5,10.0}' },
    bad: {
      '{1.25}': 'value: an element has more than 1 decimals',
      '{-1}': 'value: an element is below 0',
      '{1000}': 'value: an element is too large',
      '{x}': 'value: an element is not a number',
    },
  },
  {
    type: 'smallint[]',
    value: array({ type: 'integer' }),
    good: { '{1, 2}': '{1,2}' },
    bad: {
      '{1.0}': 'value: an element is not a whole number',
      '{70000}': 'value: an element is above 32767',
    },
  },
  {
    type: 'colour[]',
    value: array({ type: 'enum' }),
    good: { '{red,"dark green"}': '{red,"dark green"}' },
    bad: { '{blue}': 'value: an element is none of red, dark green' },
  },
  {
    type: 'even[]',
    value: array({ type: 'integer' }),
    good: { '{2,4}': '{2,4}' },
    bad: { '{3}': 'breaks the rule even_check' },
  },
  {
    type: 'jsonb[]',
    value: array({ type: 'jsonb' }),
    good: { '{"{\\"a\\":1}",2}': '{"{\\"a\\": 1}",2}' },
    bad: { '{x}': 'value: an element is not JSON that jsonb can hold' },
  },
];
