import { isInternalIdName } from '../ids/id-names.js';

/** Splits SQL into tokens, as far as the position of a name matters. */
const sqlToken =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\w*\$[^]*?\$\w*\$|--[^\n]*|\/\*[^]*?\*\/|[\w$]+|::|<>|!=|<=|>=|\|\||->>?|[^\s\w]/g;

const comparisonOperators: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);
const harmlessBefore: ReadonlySet<string> = new Set([
  ...comparisonOperators,
  'BY',
  'DISTINCT',
  'COUNT',
]);
const harmlessAfter: ReadonlySet<string> = new Set([...comparisonOperators, 'IS', 'IN', 'BETWEEN']);

/**
 * The first name of an internal id in computed SQL whose value could be shown: anywhere but in a
 * comparison, a count, an order or a group. `internal` are references known to be internal ids;
 * other names are recognized by their last part.
 */
export function shownInternalId(sql: string, internal: ReadonlySet<string>): string | undefined {
  const tokens = (sql.match(sqlToken) ?? []).filter((part) => !/^(?:--|\/\*)/.test(part));
  for (let at = 0; at < tokens.length; at++) {
    const end = endOfName(tokens, at);
    if (end === undefined) continue;
    const name = tokens.slice(at, end).join('');
    if (isInternal(name, internal) && !isHarmless(tokens, at, end)) return name;
    at = end - 1;
  }
  return undefined;
}

/** Where a dotted name that starts here ends; undefined if no name starts here. */
function endOfName(tokens: readonly string[], at: number): number | undefined {
  if (!isWord(tokens[at]!)) return undefined;
  let end = at + 1;
  while (tokens[end] === '.' && isWord(tokens[end + 1] ?? '')) end += 2;
  return end;
}

function isWord(part: string): boolean {
  return /^(?:"|[A-Za-z_])/.test(part);
}

function isInternal(name: string, internal: ReadonlySet<string>): boolean {
  if (internal.has(name)) return true;
  const last = /[^.]*$/.exec(name)![0].replaceAll('"', '');
  return isInternalIdName(last);
}

function isHarmless(tokens: readonly string[], at: number, end: number): boolean {
  const previous = (tokens[at - 1] ?? '').toUpperCase();
  const next = (tokens[end] ?? '').toUpperCase();
  if (next === '(') return true;
  const opener = previous === '(' ? (tokens[at - 2] ?? '').toUpperCase() : previous;
  if (previous === '(' && next === ')' && opener !== 'COUNT') return opener === 'USING';
  return harmlessBefore.has(opener) || harmlessAfter.has(next);
}
