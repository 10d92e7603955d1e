import { escapedForCopy } from '../copy-text.js';
import { castTest, castable } from './castable.js';
import type { FieldKind } from './field-kind.js';
import { message } from './problem-cases.js';

type JsonType = { readonly type: 'json' } | { readonly type: 'jsonb' };

/** What JSON.parse takes and a server may not: escapes of characters, large numbers, many levels. */
const unsure = /\\u|[eE][+-]?\d{3}|\d{100}/;
const maxLevels = 100;

/** JSON. */
export const json: FieldKind<JsonType> = {
  takes: ({ base }) => base === 'json' || base === 'jsonb',
  problems: ({ staged, label, target: { base } }) => [
    `WHEN NOT ${castable(staged, base)} THEN ${message(label, `is not JSON${restriction(base)}`)}`,
  ],
  reader: () => ({ read: (text) => (isSimpleJson(text) ? escapedForCopy(text) : undefined) }),
  functions: ({ target }) => castTest(target.base),
};

/** The type jsonb has no room for some of what is JSON, such as an escaped NUL. */
function restriction(base: string): string {
  return base === 'json' ? '' : ' that jsonb can hold';
}

function isSimpleJson(text: string): boolean {
  if (unsure.test(text) || (text.match(/[[{]/g)?.length ?? 0) > maxLevels) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
