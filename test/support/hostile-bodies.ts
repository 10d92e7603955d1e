/** Bodies under the size limit of a megabyte that cost far more to read than to send. */
export const hostileBodies: Readonly<Record<string, () => string>> = {
  '80,000 unknown names': () => record(80_000, (at) => `"n${at}":1`),
  'names of internal ids': () => record(75_000, (at) => `"n${at}Id":1`),
  '`items` as one object of 115,000 keys': () =>
    `{"items":${record(115_000, (at) => `"${at.toString(36)}":0`)}}`,
  'a list of 300,000 empty objects': () => `{"items":${list(300_000, '{}')}}`,
  'a list of 115,000 objects with an unknown name': () => `{"items":${list(115_000, '{"a":1}')}}`,
  'a long list of numbers': () => `{"items":${list(500_000, '0')}}`,
  'a long list of texts': () => `{"items":${list(300_000, '""')}}`,
  'a list for a text': () => `{"firstName":${list(500_000, '0')}}`,
  'nested lists': () => `{"items":${nested(480_000, '[', ']')}}`,
  'lists of lists': () => `{"items":${list(200_000, '[[]]')}}`,
  'nested objects': () => `{"items":${'{"a":'.repeat(160_000)}1${'}'.repeat(160_000)}}`,
  'one name, 170,000 times': () => record(170_000, () => '"a":1'),
  '`items`, 5,000 times': () => record(5_000, () => `"items":${list(60, '{}')}`),
  'a text of a megabyte': () => JSON.stringify({ firstName: 'x'.repeat(1_000_000) }),
  'a megabyte of surrogate pairs': () => JSON.stringify({ firstName: '\u{1F600}'.repeat(240_000) }),
  'a megabyte of variation selectors': () =>
    JSON.stringify({ firstName: '\uFE0F'.repeat(330_000) }),
  'a megabyte of escapes': () => `{"firstName":"${String.raw`\u0041`.repeat(165_000)}"}`,
  'a megabyte of quotes in a text': () => `{"firstName":"${String.raw`\"`.repeat(500_000)}"}`,
  'a name of a megabyte': () => `{"${'x'.repeat(1_000_000)}Id":1}`,
  '20 names of 50 kB': () => record(20, (at) => `"${at}${'\u{1F600}'.repeat(12_000)}":1`),
  'names that hide a prototype': () =>
    `{"items":[${list(299_000, '{}').slice(1, -1)},{"__proto__":{}}]}`,
  'a megabyte that breaks off': () => `{"items":[${'{},'.repeat(330_000)}`,
  'a megabyte of white space': () => `{"items":${' '.repeat(1_000_000)}[]}`,
  'a number of a megabyte': () => `{"items":${'9'.repeat(1_000_000)}}`,
};

function record(size: number, member: (at: number) => string): string {
  return `{${Array.from({ length: size }, (_, at) => member(at)).join(',')}}`;
}

function list(size: number, item: string): string {
  return `[${Array.from({ length: size }, () => item).join(',')}]`;
}

function nested(depth: number, open: string, close: string): string {
  return `${open.repeat(depth)}${close.repeat(depth)}`;
}

/** The same kinds with about as many values as a small input may have, so that they are walked. */
export const walkedBodies: Readonly<Record<string, () => string>> = {
  'unknown names': () => record(1_900, (at) => `"n${at}":1`),
  'names of internal ids': () => record(1_900, (at) => `"n${at}Id":1`),
  '`items` as one object': () => `{"items":${record(1_900, (at) => `"n${at}":0`)}}`,
  'more items than the maximum': () => `{"items":${list(900, '{}')}}`,
  'empty items': () => `{"items":${list(500, '{}')}}`,
  'items of the wrong type': () => `{"items":${list(500, '0')}}`,
  'items with an unknown name': () => `{"items":${list(500, '{"a":1}')}}`,
  'items without a public id': () => `{"items":${list(500, '{"authorUuid":1,"quantity":1}')}}`,
  'items that break a rule': () => `{"items":${list(500, `{${author},"quantity":"x"}`)}}`,
  'a list without a maximum': () => `{"items":[],"tags":${list(1_900, '0')}}`,
  'lists within a list': () => `{"tags":${list(900, '[[]]')}}`,
  'objects within a list of texts': () => `{"tags":${list(900, '{"a":1}')}}`,
  'twenty long names': () => record(20, (at) => `"${at}${'\u{1F600}'.repeat(40)}":1`),
  'unknown names deep inside': () =>
    `{"a":${'{"a":'.repeat(25)}${record(1_000, (at) => `"n${at}Id":1`)}${'}'.repeat(25)}}`,
};

const author = '"authorUuid":"0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e"';
