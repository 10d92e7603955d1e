import { problem } from '../errors/problem.js';
import type { CompiledField } from './field-compilers.js';
import type { JsonSchema } from './json-schema.js';

/** The property of a view that names its lists of which only the beginning is shown. */
export const truncatedName = 'truncated';

/** The property that tells which lists are cut, for a view that has lists; it is never required. */
export function truncatedSchema(
  fields: readonly CompiledField[],
  viewName: string,
): Readonly<Record<string, JsonSchema>> {
  const lists = fields.filter(({ limit }) => limit !== undefined).map(({ property }) => property);
  if (lists.length === 0) return {};
  if (fields.some(({ property }) => property === truncatedName)) {
    throw problem('setup_refused', {
      detail: `${viewName}.${truncatedName} has the name under which a view says which of its lists are cut; give the property another name.`,
    });
  }
  const description =
    'Lists of which only the beginning is shown, because there is more. Absent when all are whole.';
  const items: JsonSchema = { type: 'string', enum: lists };
  return { [truncatedName]: { type: 'array', items, description } };
}

/** Cuts the lists of a view to what is shown, and names those that were longer. */
export function truncate(view: Record<string, unknown>, fields: readonly CompiledField[]): void {
  for (const { property, limit } of fields) {
    const list = limit === undefined ? [] : (view[property] as unknown[]);
    if (limit === undefined || list.length <= limit) continue;
    list.length = limit;
    view[truncatedName] = [...((view[truncatedName] as string[] | undefined) ?? []), property];
  }
}
