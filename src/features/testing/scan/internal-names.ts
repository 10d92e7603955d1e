import { isInternalIdName } from '../../../core/ids/id-names.js';
import { isRecord } from '../../../core/values/record.js';
import { isAllowedName } from './allowed-names.js';

/** JSON pointers of the properties of a body that have the name of an internal id. */
export function internalNamesIn(
  value: unknown,
  external: ReadonlySet<string>,
  pointer = '',
): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => internalNamesIn(item, external, `${pointer}/${index}`));
  }
  if (!isRecord(value)) return [];
  const names = Object.keys(value);
  const own = names.filter(
    (name) => isInternalIdName(name) && !external.has(name) && !isAllowedName(name, value),
  );
  const inner = names.flatMap((name) =>
    internalNamesIn(value[name], external, `${pointer}/${name}`),
  );
  return [...own.map((name) => `${pointer}/${name}`), ...inner];
}
