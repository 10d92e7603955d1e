import { describe, expect, test } from '@jest/globals';
import { CsvReader, maxRecordBytes } from '../../../src/features/import/source/csv-reader.js';
import type { CsvRecord } from '../../../src/features/import/source/csv-record.js';
import { recordFields } from '../../../src/features/import/source/csv-record.js';
import { copyRow } from '../../../src/features/import/staged/copy-row.js';

function read(text: string, options: { chunk?: number; backslashQuotes?: boolean } = {}) {
  const reader = new CsvReader({ backslashQuotes: options.backslashQuotes ?? true });
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const size = options.chunk ?? bytes.length;
  const records: CsvRecord[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    records.push(...reader.read(bytes.slice(at, at + size), false));
  }
  return [...records, ...reader.read('', true)];
}

const values = (text: string, options = {}) =>
  read(text, options).map((record) => record.problem ?? recordFields(record));

describe('a CSV file', () => {
  test('may end its lines with LF or CRLF, or not end its last line', () => {
    const rows = [
      ['id', 'name'],
      ['1', 'a'],
      ['2', 'b'],
    ];
    expect(values('id,name\n1,a\n2,b\n')).toEqual(rows);
    expect(values('id,name\r\n1,a\r\n2,b\r\n')).toEqual(rows);
    expect(values('id,name\n1,a\n2,b')).toEqual(rows);
    expect(values('\uFEFFid,name\n1,"a"\r\n\n2,b\r\n')).toEqual(rows);
  });

  test('holds commas, quotes and line ends inside quotes', () => {
    expect(values('1,"a,b","say ""yes""","two\r\nlines",\n2,"",x,y,"z"')).toEqual([
      ['1', 'a,b', 'say "yes"', 'two\r\nlines', ''],
      ['2', '', 'x', 'y', 'z'],
    ]);
  });

  test('may write a quote with a backslash, when the plan says so', () => {
    const row = String.raw`105,"Easy Grab 9\""x13\"" Bakeware","C:\dir\",\\,"6\"""`;
    expect(values(row)).toEqual([['105', 'Easy Grab 9"x13" Bakeware', 'C:\\dir\\', '\\\\', '6"']]);
    expect(values(String.raw`"9\""x"`, { backslashQuotes: false })).toEqual([[String.raw`9\"x`]]);
  });

  test('tells the line on which each record starts', () => {
    const lines = read('h\n"a\nb\nc"\n\nd\n"e\n"\nf').map(({ line }) => line);
    expect(lines).toEqual([1, 2, 6, 7, 9]);
  });

  test('reads the same however it is cut into chunks', () => {
    const text =
      '\uFEFFid,näme,x\r\n1,"ä\r\n,""ß\\""",x\r\n2,"open,x\n3,"closed" wrong,x\n\n4,"ok",\r\n5,"lost';
    const whole = read(text);
    expect(whole).toHaveLength(6);
    for (let chunk = 1; chunk < 40; chunk++) expect(read(text, { chunk })).toEqual(whole);
  });
});

describe('a broken quote', () => {
  test('costs its own line and no other', () => {
    expect(values('1,"open,x\n2,b,y\n3,c,z\n')).toEqual([
      'a quote is opened and never closed',
      ['2', 'b', 'y'],
      ['3', 'c', 'z'],
    ]);
    expect(values('1,"open,x\n2,"b",y\n3,c,z\n')).toEqual([
      'text follows a closing quote',
      ['2', 'b', 'y'],
      ['3', 'c', 'z'],
    ]);
    expect(values('1,5" pipe,x\n2,b,"y"\n')).toEqual([
      'a quote stands inside a field without quotes',
      ['2', 'b', 'y'],
    ]);
  });

  test('is given up after a mebibyte, so that memory stays flat', () => {
    const filler = '2,b\n'.repeat(maxRecordBytes);
    const reader = new CsvReader({ backslashQuotes: true });
    const first = reader.read(`1,"open\n${filler}`, false).next();
    expect(first.value).toMatchObject({ line: 1, raw: '1,"open' });
  });

  test('does not hide behind a line that never ends', () => {
    const records = read(`1,a\n${'x'.repeat(3 * maxRecordBytes)}\n2,b`, { chunk: 1 << 18 });
    expect(records.map(({ line, problem }) => [line, problem])).toEqual([
      [1, undefined],
      [2, `is longer than ${maxRecordBytes} bytes`],
      [3, undefined],
    ]);
  });
});

describe('a record that cannot be loaded', () => {
  const problem = (raw: string) => copyRow({ line: 7, raw }, 2).split(',')[1];

  test('has too few or too many fields', () => {
    expect(problem('1')).toBe('has 1 field\\');
    expect(problem('1,2,3')).toBe('has 3 fields\\');
    expect(problem('1,2')).toBe('');
  });

  test('holds bytes no text column takes', () => {
    expect(problem('1,a\0b')).toBe('contains a NUL byte');
    expect(problem('1,caf\xE9')).toBe('is not valid UTF-8');
    expect(problem('1,caf\xC3\xA9')).toBe('');
  });

  test('is staged with its own text', () => {
    expect(copyRow({ line: 7, raw: '1,a,b\\\xE9\0' }, 2)).toBe(
      '7,contains a NUL byte,1\\,a\\,b\\\\\xEF\xBF\xBD\xEF\xBF\xBD,,\n',
    );
  });
});

describe('the lines of a chunk', () => {
  const afterHeader = () => {
    const reader = new CsvReader({ backslashQuotes: true });
    expect([...reader.read('id,name\n0,', false)]).toHaveLength(1);
    return reader;
  };
  /** Reads the whole lines of a chunk past the reader, where it has any. */
  const readPast = (reader: CsvReader, text: string, count: number) => {
    const chunk = Buffer.from(text, 'latin1');
    const lines = reader.wholeLines(chunk)?.toString('latin1');
    if (lines !== undefined) reader.skipLines(chunk, count);
    return lines;
  };
  const raws = (records: Iterable<CsvRecord>) => [...records].map(({ raw }) => raw);

  test('are as they stand in the file, however they are cut into chunks', () => {
    const reader = afterHeader();
    expect(readPast(reader, 'a\n1,\xE9\n\n2', 3)).toBe('0,a\n1,\xE9\n\n');
    expect(readPast(reader, ',c', 0)).toBeUndefined();
    expect(raws(reader.read(',c\n3', false))).toEqual(['2,c']);
    expect(readPast(reader, ',d\n4,e', 1)).toBe('3,d\n');
    expect([...reader.read('', true)]).toEqual([{ line: 7, raw: '4,e' }]);
  });

  test('are read as records when they are not skipped', () => {
    const reader = afterHeader();
    expect(reader.wholeLines(Buffer.from('a\n1,b\n'))?.toString('latin1')).toBe('0,a\n1,b\n');
    expect([...reader.read('a\n1,b\n', false)]).toEqual([
      { line: 2, raw: '0,a' },
      { line: 3, raw: '1,b' },
    ]);
  });

  test('are unknown before the start of a file was read, and where a line is skipped', () => {
    const reader = new CsvReader({ backslashQuotes: true });
    expect(readPast(reader, '1,a\n', 1)).toBeUndefined();
    expect([...reader.read('x'.repeat(maxRecordBytes + 1), false)]).toHaveLength(1);
    expect(readPast(reader, 'x\n1,a\n', 2)).toBeUndefined();
  });
});
