import { SqlText } from '../source-text.js';
import { tokensOf } from './tokens.js';
import type { Token } from './tokens.js';

/** One statement of SQL. */
export interface SqlStatement {
  readonly source: SqlText;
  readonly tokens: readonly Token[];
}

/** Splits SQL at the semicolons between its statements. */
export function statementsOf(source: SqlText): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let tokens: Token[] = [];
  let body = 0;
  for (const token of tokensOf(source)) {
    body = bodyDepth(body, token, tokens);
    if (token.value === ';' && token.kind === 'symbol' && body === 0) {
      if (tokens.length > 0) statements.push({ source, tokens });
      tokens = [];
    } else tokens.push(token);
  }
  if (tokens.length > 0) statements.push({ source, tokens });
  return statements;
}

/** How deep a token is in the body of a function: BEGIN ATOMIC … END holds statements. */
function bodyDepth(depth: number, { kind, value }: Token, before: readonly Token[]): number {
  if (kind !== 'word') return depth;
  if (value === 'atomic' && before.at(-1)?.value === 'begin') return depth + 1;
  if (depth === 0) return 0;
  return value === 'case' ? depth + 1 : value === 'end' ? depth - 1 : depth;
}

/**
 * Blanks what psql alone understands in a file: lines that begin with a backslash, and the rows
 * after COPY … FROM stdin. All other characters keep their places.
 */
export function withoutPsql(text: string): string {
  const blank = (part: string) => part.replaceAll(/[^\n]/g, ' ');
  return text
    .replaceAll(
      /^(copy\s[^;]*\sfrom\s+stdin\b[^;]*;)([^]*?^\\\.\r?$)/gim,
      (_, copy: string, rows: string) => `${copy}${blank(rows)}`,
    )
    .replaceAll(/^\\[a-z!?.][^\n]*/gim, blank);
}
