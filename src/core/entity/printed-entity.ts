import { inspect } from 'node:util';

/** One copy per entity, so that entities referring to each other are recognized. */
const copies = new WeakMap<object, object>();

/**
 * What the console prints instead of an entity: the same under its class name, without the internal
 * id.
 */
export function printedEntity(entity: object): object {
  const copy = copies.get(entity) ?? emptyCopy(entity);
  copies.set(entity, copy);
  const { id: _id, ...rest } = Object.getOwnPropertyDescriptors(entity) as PropertyDescriptorMap;
  for (const name of Object.keys(copy)) Reflect.deleteProperty(copy, name);
  // Descriptors rather than values, because reading a lazy relation would load it.
  for (const [name, property] of Object.entries(rest)) {
    Object.defineProperty(copy, name, { ...property, configurable: true });
  }
  return copy;
}

/** An empty object of the entity's class that the console prints unchanged. */
function emptyCopy(entity: object): object {
  const prototype = Object.getPrototypeOf(entity) as object;
  return Object.create(prototype, { [inspect.custom]: { value: undefined } }) as object;
}
