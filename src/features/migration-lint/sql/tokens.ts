import { hole } from '../source-text.js';
import type { SqlText } from '../source-text.js';

/** What a token is; `unclosed` is a string, name or comment without an end. */
export type TokenKind =
  'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol' | 'hole' | 'unclosed';

/** A token of SQL. Comments and white space are none. */
export interface Token {
  readonly kind: TokenKind;
  /** Words in lower case, names and strings without their quotes, others as they stand. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** The part of a string between its quotes; undefined where escapes change what it says. */
  readonly inner?: readonly [start: number, end: number];
}

type ReadToken = (text: string, at: number) => Token | undefined;

const wordStart = /[A-Za-z_\u0080-\uFFFF]/;

/** Splits SQL into tokens. It never throws: what has no end is `unclosed`. */
export function tokensOf(source: SqlText): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const comment = commentEnd(text, at);
    if (comment === -1) {
      tokens.push({ kind: 'unclosed', value: 'comment', start: at, end: text.length });
      break;
    }
    if (comment > at) {
      at = comment;
      continue;
    }
    if (/\s/.test(text[at]!)) {
      at += 1;
      continue;
    }
    const token = readToken(source, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function readToken(source: SqlText, at: number): Token {
  for (const read of [readDollarQuoted, readString, readQuotedName, readParameter, readNumber]) {
    const token = read(source.text, at);
    if (token) return token;
  }
  return readWord(source, at) ?? symbolAt(source.text, at);
}

/** Where a comment that begins here ends, `at` if none does, and -1 if it has no end. */
function commentEnd(text: string, at: number): number {
  if (text.startsWith('--', at)) {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  }
  if (!text.startsWith('/*', at)) return at;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return -1;
}

const readDollarQuoted: ReadToken = (text, at) => {
  if (text[at] !== '$') return undefined;
  const opening = matchAt(/\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/y, text, at);
  if (opening === undefined) return undefined;
  const start = at + opening.length;
  const end = text.indexOf(opening, start);
  if (end === -1) return unclosed(text, at, 'string');
  const value = text.slice(start, end);
  return { kind: 'string', value, start: at, end: end + opening.length, inner: [start, end] };
};

const readString: ReadToken = (text, at) => {
  const prefix = matchAt(/(?:[eE]|[bBxXnN]|[uU]&)?'/y, text, at);
  if (prefix === undefined) return undefined;
  const start = at + prefix.length;
  const isEscaped = /^e/i.test(prefix);
  const end = quoteEnd(text, start, "'", isEscaped);
  if (end === -1) return unclosed(text, at, 'string');
  const raw = text.slice(start, end);
  const value = raw.replaceAll("''", "'");
  const isPlain = !raw.includes("'") && !(isEscaped && raw.includes('\\'));
  return {
    kind: 'string',
    value,
    start: at,
    end: end + 1,
    ...(isPlain ? { inner: [start, end] } : {}),
  };
};

const readQuotedName: ReadToken = (text, at) => {
  const prefix = matchAt(/(?:[uU]&)?"/y, text, at);
  if (prefix === undefined) return undefined;
  const start = at + prefix.length;
  const end = quoteEnd(text, start, '"', false);
  if (end === -1) return unclosed(text, at, 'name');
  const value = text.slice(start, end).replaceAll('""', '"');
  return { kind: 'quoted', value, start: at, end: end + 1 };
};

/** Where the quote is that closes; a doubled one does not, nor one after a backslash in E''. */
function quoteEnd(text: string, start: number, quote: string, isEscaped: boolean): number {
  for (let at = start; at < text.length; at += 1) {
    if (isEscaped && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at;
      at += 1;
    }
  }
  return -1;
}

const readParameter: ReadToken = (text, at) => plain('parameter', /\$\d+/y, text, at);

const readNumber: ReadToken = (text, at) =>
  plain('number', /0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y, text, at);

function readWord(source: SqlText, at: number): Token | undefined {
  const { text } = source;
  if (!wordStart.test(text[at]!)) return undefined;
  const word = matchAt(/[\w$\u0080-\uFFFF]+/y, text, at) ?? '';
  const end = at + word.length;
  if (word === hole && source.isHole(at)) return { kind: 'hole', value: '', start: at, end };
  return { kind: 'word', value: word.toLowerCase(), start: at, end };
}

function symbolAt(text: string, at: number): Token {
  const value = text.startsWith('::', at) ? '::' : text[at]!;
  return { kind: 'symbol', value, start: at, end: at + value.length };
}

function plain(kind: TokenKind, pattern: RegExp, text: string, at: number): Token | undefined {
  const value = matchAt(pattern, text, at);
  return value === undefined ? undefined : { kind, value, start: at, end: at + value.length };
}

function unclosed(text: string, start: number, value: string): Token {
  return { kind: 'unclosed', value, start, end: text.length };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
