import { problem } from '../errors/problem.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { CompiledField } from './compiled-field.js';

/** The property of a view that lists its truncated lists. */
export const truncatedName = 'truncated';

/**
 * The schema of the property that lists the truncated lists, for a view with lists; it is never
 * required.
 */
export function truncatedSchema(
  fields: readonly CompiledField[],
  viewName: string,
): Readonly<Record<string, JsonSchema>> {
  const lists = fields.filter(({ limit }) => limit !== undefined).map(({ property }) => property);
  if (lists.length === 0) return {};
  if (fields.some(({ property }) => property === truncatedName)) {
    throw problem('setup_refused', {
      detail: `${viewName}.${truncatedName} has the name under which a view reports which of its lists are truncated; rename the property.`,
    });
  }
  const description =
    'Lists of which only the beginning is shown because there are more items. Absent when all are complete.';
  const items: JsonSchema = { type: 'string', enum: lists };
  return { [truncatedName]: { type: 'array', items, description } };
}

/** Truncates the lists of a view to their limits, and names those that were longer. */
export function truncate(view: Record<string, unknown>, fields: readonly CompiledField[]): void {
  for (const { property, limit } of fields) {
    const list = limit === undefined ? [] : (view[property] as unknown[]);
    if (limit === undefined || list.length <= limit) continue;
    list.length = limit;
    view[truncatedName] = [...((view[truncatedName] as string[] | undefined) ?? []), property];
  }
}
