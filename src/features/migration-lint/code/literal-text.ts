import { SqlText } from '../source-text.js';

const escapeSequence = /\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[^]))/y;

const escapedCharacters: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  v: '\v',
  f: '\f',
  0: '\0',
};

/** What a literal between two places of a file says; each character knows where it stands. */
export function literalText(file: string, start: number, end: number): SqlText {
  const raw = file.slice(start, end);
  if (!raw.includes('\\')) return new SqlText(raw, start);
  let text = '';
  const places: number[] = [];
  for (let at = 0; at < raw.length;) {
    escapeSequence.lastIndex = at;
    const found = raw[at] === '\\' ? escapeSequence.exec(raw) : null;
    const said = found ? meaningOf(found) : raw[at]!;
    for (let index = 0; index < said.length; index += 1) places.push(start + at);
    text += said;
    at += found ? found[0].length : 1;
  }
  return new SqlText(text, places);
}

function meaningOf([, braced, four, two, single]: RegExpExecArray): string {
  const code = braced ?? four ?? two;
  if (code !== undefined) {
    const point = Number.parseInt(code, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '';
  }
  // A backslash at the end of a line continues it.
  if (single === '\n' || single === '\r\n') return '';
  return escapedCharacters[single ?? ''] ?? single ?? '';
}
