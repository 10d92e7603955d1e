import { internalNameFault } from '../../../core/ids/id-faults.js';
import { isInternalIdName, namesPublicIds } from '../../../core/ids/id-names.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { isInternalColumn } from '../../../core/view/relation-path.js';
import type { DataModel } from '../data/data-model.js';

/** A property that carries an id in a forbidden way. */
export interface IdTrouble {
  readonly path: string;
  readonly problem: string;
}

/** Properties of a schema that carry an internal id, or a public id as something else. */
export function idTroubles(schema: JsonSchema, model: DataModel, at = ''): readonly IdTrouble[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = at ? `${at}.${name}` : name;
    const problem = idTroubleOf(name, property, model);
    return problem ? [{ path, problem }] : idTroubles(property, model, path);
  });
  const items = schema.items ? idTroubles(schema.items, model, `${at}[]`) : [];
  const options = (schema.anyOf ?? []).flatMap((option) => idTroubles(option, model, at));
  return [...inner, ...items, ...options];
}

/** What is wrong with one property or parameter, judged by its name and type. */
export function idTroubleOf(
  name: string,
  schema: JsonSchema,
  model: DataModel,
): string | undefined {
  if (isInternalIdName(name) && !schema['x-external']) return `it ${internalNameFault}`;
  const types = [schema.type].flat();
  const isNumber = types.includes('integer') || types.includes('number');
  if (namesPublicIds(name)) {
    const isList = types.includes('array');
    const one = isList ? (schema.items ?? {}) : schema;
    return one.format === 'uuid' || one.$ref !== undefined || one.anyOf !== undefined
      ? undefined
      : `it has the name of a public id, but is not a ${isList ? 'list of UUIDs' : 'UUID'}`;
  }
  return isNumber && isRelation(name, model)
    ? 'it has the name of a relation, but is a number'
    : undefined;
}

/** Whether an entity refers to another by this name and with an internal id. */
export function isRelation(name: string, { dataSource }: DataModel): boolean {
  return dataSource.entityMetadatas.some(({ relations }) =>
    relations.some(({ propertyName, isWithJoinColumn, joinColumns }) => {
      return isWithJoinColumn && propertyName === name && joinColumns.some(isInternalColumn);
    }),
  );
}
