import { expect, test } from '@jest/globals';
import { CopyEncoder } from '../../../src/features/import/direct/copy-encoder.js';

/** The rows of a file in these chunks, and the records that were looked at to make them. */
function rowsOf(...chunks: string[]) {
  const seen: string[] = [];
  const rows = new CopyEncoder({ backslashQuotes: true }, 2, (record, row) => {
    const text = `${record.text(0)};${record.text(1)}`;
    seen.push(text);
    row.addText(text);
    row.addByte(10);
    return !text.includes('bad');
  });
  const parts = chunks.map((chunk) => rows.encode(Buffer.from(chunk, 'latin1')));
  const text = Buffer.concat([...parts, rows.encodeRest()]).toString('latin1');
  return { text, seen, count: rows.rows };
}

test('each line of a file is looked at once, wherever its chunks end', () => {
  expect(rowsOf('id,na', 'me\n', '1,a\n\n2,', 'b\n', '\n3,c')).toEqual({
    text: '1;a\n2;b\n3;c\n',
    seen: ['1;a', '2;b', '3;c'],
    count: 3,
  });
});

test('a chunk whose lines are not all plain is read again, record by record', () => {
  const lines = ['1;a', '2;b'];
  expect(rowsOf('id,name\n', '1,a\n2,"b"\n', '3,c\n')).toEqual({
    text: '1;a\n2;b\n3;c\n',
    seen: ['1;a', ...lines, '3;c'],
    count: 3,
  });
});

test.each([
  ['is refused', '1,bad'],
  ['has a field too few', '1'],
  ['has a field too many', '1,a,b'],
  ['has a byte that is no text', '1,\xFF'],
  ['has a broken quote', '1,a"'],
])('a record that %s ends it', (_, line) => {
  expect(() => rowsOf('id,name\n', `0,a\n${line}\n`)).toThrow();
  expect(() => rowsOf('id,name\n', `0,a\n`, line)).toThrow();
});
