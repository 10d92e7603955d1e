import { carriesNumber } from '../../../core/http/header-ids.js';
import type { Fault } from './measures.js';

const numbered = 'carries a number where a public id is due';

/**
 * Headers that carry a number, canary or not, where a public id is due: `Location`, `Link` and
 * their like, cookies, and every header with the name of an id.
 */
export function headerFaults(headers: Readonly<Record<string, string>>): Fault[] {
  return Object.entries(headers)
    .filter(([name, value]) => carriesNumber(name, valuesOf(name, value), undefined))
    .map(([name]) => ({ where: `header ${name}`, what: numbered }));
}

/** Cookies come joined by commas, which their dates hold as well. */
function valuesOf(name: string, value: string): readonly string[] {
  return name === 'set-cookie' ? value.split(/, (?=[^;,\s]+=)/) : [value];
}
