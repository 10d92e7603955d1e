const personalKey = Symbol('nest-dual-id:personal');

/**
 * The replacement for an erased value; a function receives the entity's public id, for unique
 * columns.
 */
export type Blank = string | null | ((uuid: string) => string);

/** A property about a person, and its value after an erasure. */
export interface PersonalProperty {
  readonly property: string;
  readonly blank: Blank;
}

/**
 * The property is about a person: `repository.erase` blanks it. Null by default; a column that is
 * not nullable needs a replacement value. It also applies inside embedded classes, and on an
 * embedded property it covers all of its columns.
 */
export function Personal(blank: Blank = null): PropertyDecorator {
  return (prototype, key) => {
    const known = personalPropertiesOf(prototype.constructor);
    const property = { property: String(key), blank };
    Reflect.defineMetadata(personalKey, [...known, property], prototype.constructor);
  };
}

/** The personal properties of an entity class, inherited ones included. */
export function personalPropertiesOf(target: object): readonly PersonalProperty[] {
  return (Reflect.getMetadata(personalKey, target) ?? []) as readonly PersonalProperty[];
}
