import { isPublicIdName } from '../../../core/ids/id-names.js';
import { isRecord } from '../../../core/values/record.js';
import { isPrintedUuid } from './printed-uuid.js';

/** JSON pointers of values that have the name of a public id but are none. */
export function falseUuidsIn(value: unknown, pointer = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => falseUuidsIn(item, `${pointer}/*`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = `${pointer}/${name}`;
    const isNamed = isPublicIdName(name) || name.endsWith('_uuid');
    return isNamed && isFalse(inner) ? [at] : falseUuidsIn(inner, at);
  });
}

function isFalse(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !isPrintedUuid(value));
}
