import type { SqlText } from '../source-text.js';
import type { Token } from './tokens.js';

/** A name with its schema. */
export interface Name {
  /** As it is written. */
  readonly shown: string;
  /** As PostgreSQL knows it, without the schema `public`. */
  readonly known: string;
  /** The last part as it is written. */
  readonly last: string;
}

/** Reads the tokens of a statement from left to right. */
export class TokenCursor {
  private position = 0;

  constructor(
    readonly source: SqlText,
    readonly tokens: readonly Token[],
  ) {}

  /** The next token. */
  get next(): Token | undefined {
    return this.tokens[this.position];
  }

  /** The tokens from the next one on. */
  get rest(): readonly Token[] {
    return this.tokens.slice(this.position);
  }

  /** The rest of the statement as it is written. */
  get restShown(): string | undefined {
    return this.shown(this.rest);
  }

  /** Tokens that follow one another, as they are written; undefined if there are none. */
  shown(tokens: readonly Token[]): string | undefined {
    const [first, last] = [tokens[0], tokens.at(-1)];
    return first && last && this.source.shown(first.start, last.end);
  }

  /** Whether these words follow. */
  sees(words: string): boolean {
    return words
      .split(' ')
      .every((word, index) => isWordToken(this.tokens[this.position + index], word));
  }

  /** Goes past these words if they follow. */
  takes(words: string): boolean {
    if (!this.sees(words)) return false;
    this.position += words.split(' ').length;
    return true;
  }

  /** Goes past one token. */
  skip(): void {
    this.position += 1;
  }

  /** Goes on until these words follow, outside of parentheses; false if they never do. */
  skipsTo(words: string): boolean {
    for (let depth = 0; this.next; this.skip()) {
      if (depth === 0 && this.sees(words)) return true;
      depth += depthChange(this.next);
    }
    return false;
  }

  /** Goes past a name, if one follows. */
  takeName(): Name | undefined {
    const parts: Token[] = [];
    const first = this.position;
    while (isNameToken(this.next)) {
      parts.push(this.next);
      this.skip();
      if (!isSymbolToken(this.next, '.')) break;
      this.skip();
    }
    const last = parts.at(-1);
    if (!last) {
      this.position = first;
      return undefined;
    }
    const known = parts.map((part) => this.known(part));
    const schema = known.length > 1 ? known.at(-2) : undefined;
    return {
      shown: this.source.shown(parts[0]!.start, last.end),
      known:
        schema === undefined || schema === 'public' ? known.at(-1)! : known.slice(-2).join('.'),
      last: this.source.shown(last.start, last.end),
    };
  }

  private known({ kind, value, start, end }: Token): string {
    const shown = this.source.shown(start, end);
    if (!shown.includes('${')) return value;
    return kind === 'quoted' ? shown.slice(1, -1) : shown;
  }
}

/** Whether a token is this word. */
export function isWordToken(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.value === word;
}

/** Whether a token is this symbol. */
export function isSymbolToken(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.value === symbol;
}

function isNameToken(token: Token | undefined): token is Token {
  return token !== undefined && ['word', 'quoted', 'hole'].includes(token.kind);
}

/** How a token changes the depth of parentheses. */
export function depthChange(token: Token): number {
  if (token.kind !== 'symbol') return 0;
  return '(['.includes(token.value) ? 1 : ')]'.includes(token.value) ? -1 : 0;
}

/** The parts of a list between its commas, outside of parentheses. */
export function commaParts(tokens: readonly Token[]): (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += depthChange(token);
    if (depth === 0 && isSymbolToken(token, ',')) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** Whether words follow one another somewhere outside of parentheses. */
export function hasWords(tokens: readonly Token[], words: string): boolean {
  const list = words.split(' ');
  let depth = 0;
  return tokens.some((token, at) => {
    depth += depthChange(token);
    return depth === 0 && list.every((word, index) => isWordToken(tokens[at + index], word));
  });
}

/** The tokens within the next pair of parentheses. */
export function inParentheses(tokens: readonly Token[]): readonly Token[] {
  const start = tokens.findIndex((token) => isSymbolToken(token, '('));
  if (start === -1) return [];
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    depth += depthChange(tokens[at]!);
    if (depth === 0) return tokens.slice(start + 1, at);
  }
  return tokens.slice(start + 1);
}
