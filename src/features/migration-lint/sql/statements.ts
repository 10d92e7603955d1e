import { SqlText } from '../source-text.js';
import { depthChange, isWordToken } from './cursor.js';
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
  let depth = 0;
  for (const token of tokensOf(source)) {
    depth += inRule(tokens) ? depthChange(token) : bodyChange(token, tokens, depth);
    if (token.value === ';' && token.kind === 'symbol' && depth === 0) {
      if (tokens.length > 0) statements.push({ source, tokens });
      tokens = [];
    } else tokens.push(token);
  }
  if (tokens.length > 0) statements.push({ source, tokens });
  return statements;
}

/** Whether these tokens begin CREATE RULE, which holds statements in parentheses. */
function inRule(tokens: readonly Token[]): boolean {
  if (!isWordToken(tokens[0], 'create')) return false;
  return isWordToken(tokens[1], 'rule') || isWordToken(tokens[3], 'rule');
}

/**
 * How a token changes the depth in the body of a function: CREATE … BEGIN ATOMIC … END holds
 * statements.
 */
function bodyChange({ kind, value }: Token, before: readonly Token[], depth: number): number {
  if (kind !== 'word') return 0;
  const isBody = isWordToken(before[0], 'create') && isWordToken(before.at(-1), 'begin');
  if (value === 'atomic' && isBody) return 1;
  if (depth === 0) return 0;
  return value === 'case' ? 1 : value === 'end' ? -1 : 0;
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
