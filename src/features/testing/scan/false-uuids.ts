import { isRecord } from '../json.js';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** JSON pointers of values that stand under the name of a public id and are none. */
export function falseUuidsIn(value: unknown, pointer = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => falseUuidsIn(item, `${pointer}/*`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = `${pointer}/${name}`;
    return /^uuid$|Uuid$|_uuid$/.test(name) && isFalse(inner) ? [at] : falseUuidsIn(inner, at);
  });
}

function isFalse(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !uuid.test(value));
}
