const personalKey = Symbol('nest-dual-id:personal');

/** What an erased value becomes; a function gets the entity's public id, for unique columns. */
export type Blank = string | null | ((uuid: string) => string);

/** A property about a person, and what it becomes when the person is erased. */
export interface PersonalProperty {
  readonly property: string;
  readonly blank: Blank;
}

/**
 * The property is about a person: `repository.erase` blanks it. Null by default; a column that
 * takes no null says what it becomes. It counts inside embedded classes too, and on the property of
 * one it means all of its columns.
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
