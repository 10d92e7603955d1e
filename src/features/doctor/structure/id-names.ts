import { isInternalIdName } from '../../../core/ids/ids.js';
import type { JsonSchema } from '../../../core/view/json-schema.js';
import { isInternalColumn } from '../../../core/view/relation-path.js';
import type { DataModel } from '../data/data-model.js';

/** A property that carries an id in a way it must not. */
export interface IdTrouble {
  readonly path: string;
  readonly problem: string;
}

/** Properties of a schema that carry an internal id, or a public id as something else. */
export function idTroubles(schema: JsonSchema, model: DataModel, at = ''): readonly IdTrouble[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = at ? `${at}.${name}` : name;
    const problem = troubleOf(name, property, model);
    return problem ? [{ path, problem }] : idTroubles(property, model, path);
  });
  const items = schema.items ? idTroubles(schema.items, model, `${at}[]`) : [];
  const options = (schema.anyOf ?? []).flatMap((option) => idTroubles(option, model, at));
  return [...inner, ...items, ...options];
}

/** What is wrong with one property or parameter, by its name and its type. */
export function troubleOf(name: string, schema: JsonSchema, model: DataModel): string | undefined {
  if (isInternalIdName(name) && !schema['x-external']) return 'it has the name of an internal id';
  const types = [schema.type].flat();
  const isNumber = types.includes('integer') || types.includes('number');
  if (isPublicName(name)) {
    const isList = types.includes('array');
    const one = isList ? (schema.items ?? {}) : schema;
    return one.format === 'uuid' || one.$ref !== undefined || one.anyOf !== undefined
      ? undefined
      : `it has the name of a public id, and is ${isList ? 'no list of UUIDs' : 'no UUID'}`;
  }
  return isNumber && isRelation(name, model)
    ? 'it has the name of a relation, and is a number'
    : undefined;
}

/** `uuid`, `userUuid`, `productUuids`. */
export function isPublicName(name: string): boolean {
  return /^uuids?$|Uuids?$/.test(name);
}

/** Whether some entity refers to another by this name, and with an internal id. */
export function isRelation(name: string, { dataSource }: DataModel): boolean {
  return dataSource.entityMetadatas.some(({ relations }) =>
    relations.some(({ propertyName, isWithJoinColumn, joinColumns }) => {
      return isWithJoinColumn && propertyName === name && joinColumns.some(isInternalColumn);
    }),
  );
}
