import type { Trait } from '../change.js';
import { hasWords, inParentheses, isSymbolToken, isWordToken } from './cursor.js';
import type { Token } from './tokens.js';

/** What the definition of a column says after its name. */
export interface ColumnDefinition {
  readonly type: string;
  readonly typeTokens: readonly Token[];
  /** The expression of its default, or from which it is generated. */
  readonly value: readonly Token[];
  readonly traits: readonly Trait[];
}

/**
 * Functions in a default that PostgreSQL evaluates once for the whole table, for they are stable
 * or immutable. Types with a length look like calls, so they are here as well.
 */
export const steadyFunctions: readonly string[] = [
  'now',
  'statement_timestamp',
  'transaction_timestamp',
  'date_trunc',
  'date_part',
  'to_char',
  'to_date',
  'to_timestamp',
  'make_date',
  'make_interval',
  'current_setting',
  'current_schema',
  'lower',
  'upper',
  'length',
  'md5',
  'abs',
  'round',
  'concat',
  'json_build_object',
  'json_build_array',
  'jsonb_build_object',
  'jsonb_build_array',
  'to_json',
  'to_jsonb',
  'array_fill',
  'timezone',
];

/** Types and words of SQL that may stand before a parenthesis. */
const otherWords =
  'numeric decimal varchar character char bpchar bit varbit varying timestamp timestamptz time ' +
  'timetz interval float precision current_timestamp current_time localtimestamp localtime ' +
  'coalesce nullif greatest least cast extract row and or not in';

const steadyWords = new Set([...steadyFunctions, ...otherWords.split(' ')]);

const afterType =
  /^(?:not|null|default|collate|constraint|check|unique|primary|references|generated|storage|compression|using)$/;

/** Reads the type and the clauses of a column. */
export function columnDefinition(tokens: readonly Token[]): ColumnDefinition {
  const end = tokens.findIndex(({ kind, value }) => kind === 'word' && afterType.test(value));
  const typeTokens = end === -1 ? tokens : tokens.slice(0, end);
  const type = typeTokens.map(({ value }) => value).join(' ');
  const clauses = end === -1 ? [] : tokens.slice(end);
  const defaultTokens = defaultOf(clauses);
  const hasDefault = defaultTokens !== undefined && !isWordToken(defaultTokens[0], 'null');
  const isSerial = /^(?:small|big)?serial[248]?$/.test(type);
  const isIdentity = hasWords(clauses, 'as identity');
  const isGenerated = isIdentity || hasWords(clauses, 'generated always as');
  const isStored = !isIdentity && isGenerated && hasWords(clauses, 'stored');
  const isComputed = isSerial || isIdentity || (hasDefault && isVolatile(defaultTokens));
  const traits: (Trait | false)[] = [
    (hasWords(clauses, 'not null') || isSerial) && 'not-null',
    (hasDefault || isSerial || isGenerated) && 'default',
    isComputed && 'volatile-default',
    isStored && 'stored',
    hasWords(clauses, 'primary key') && 'primary-key',
  ];
  return {
    type,
    typeTokens,
    value: isStored ? inParentheses(clauses) : (defaultTokens ?? []),
    traits: traits.filter((trait): trait is Trait => trait !== false),
  };
}

/** The expression of a default, up to the next clause. */
function defaultOf(clauses: readonly Token[]): readonly Token[] | undefined {
  const start = clauses.findIndex((token) => isWordToken(token, 'default'));
  if (start === -1) return undefined;
  const after = clauses.slice(start + 1);
  let depth = 0;
  const end = after.findIndex((token, at) => {
    if (isSymbolToken(token, '(')) depth += 1;
    if (isSymbolToken(token, ')')) depth -= 1;
    return at > 0 && depth === 0 && token.kind === 'word' && afterType.test(token.value);
  });
  return end === -1 ? after : after.slice(0, end);
}

/** Whether an expression may differ from row to row: it calls a function not known to be steady. */
export function isVolatile(tokens: readonly Token[]): boolean {
  return tokens.some(
    ({ kind, value }, at) =>
      (kind === 'word' || kind === 'quoted') &&
      isSymbolToken(tokens[at + 1], '(') &&
      !steadyWords.has(value),
  );
}
