import { carriesNumber } from '../../../core/http/header-ids.js';
import type { MeasureFault } from './measures.js';

const numberFault = 'carries a number where a public id belongs';

/**
 * Headers that carry a number, canary or not, where a public id belongs: `Location`, `Link` and
 * similar headers, cookies, and every header with the name of an id.
 */
export function headerFaults(headers: Readonly<Record<string, string>>): MeasureFault[] {
  return Object.entries(headers)
    .filter(([name, value]) => carriesNumber(name, headerValues(name, value), undefined))
    .map(([name]) => ({ where: `header ${name}`, what: numberFault }));
}

/** Cookies are joined by commas, which also appear in their dates. */
function headerValues(name: string, value: string): readonly string[] {
  return name === 'set-cookie' ? value.split(/, (?=[^;,\s]+=)/) : [value];
}
