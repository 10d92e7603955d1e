import { escaped } from '../copy-rows.js';
import type { FieldKind } from './field-kind.js';
import { castTest, castable } from './castable.js';
import { says } from './problem-cases.js';

type JsonType = { readonly type: 'json' } | { readonly type: 'jsonb' };

/** What JSON.parse takes and a server may not: escapes of characters, large numbers, many levels. */
const unsure = /\\u|[eE][+-]?\d{3}|\d{100}/;
const mostLevels = 100;

/** JSON. */
export const json: FieldKind<JsonType> = {
  takes: ({ base }) => base === 'json' || base === 'jsonb',
  problems: ({ staged, label, target: { base } }) => [
    `WHEN NOT ${castable(staged, base)} THEN ${says(label, `is not JSON${whatHolds(base)}`)}`,
  ],
  plain: () => ({ read: (text) => (isPlainJson(text) ? escaped(text) : undefined) }),
  functions: ({ target }) => castTest(target.base),
};

/** The type jsonb has no room for some of what is JSON, such as an escaped NUL. */
function whatHolds(base: string): string {
  return base === 'json' ? '' : ' that jsonb can hold';
}

function isPlainJson(text: string): boolean {
  if (unsure.test(text) || (text.match(/[[{]/g)?.length ?? 0) > mostLevels) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
