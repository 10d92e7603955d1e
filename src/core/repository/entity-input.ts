import type { Identified, PublicId } from '../ids/ids.js';

type IfReference<Value, Then, Else> = NonNullable<Value> extends Identified ? Then : Else;
type IfLookUp<Value, Then, Else> = NonNullable<Value> extends { slug: string } ? Then : Else;
type NullOf<Value> = null extends Value ? null : never;
type Never = 'id' | 'platformTypeId' | 'version' | 'createdAt' | 'updatedAt' | 'deletedAt';
type Method = (...args: never[]) => unknown;
type Primitive = string | number | bigint | boolean | symbol | null | undefined;
/** Values that are always written whole, whatever they contain. */
type Whole = Primitive | Date | Uint8Array | readonly unknown[] | Method;
/** An embedded object is written whole or in part. */
type PartOrWhole<Value> = Value extends Whole ? Value : Value | EntityInput<Value>;

/**
 * What may be written to an entity: its columns, references by public id (`user` becomes
 * `userUuid`), and lookup data by slug. Internal ids are excluded; undefined counts as absent. Of
 * an embedded object only the named properties are written; a JSON column takes the same type but
 * is written whole.
 */
export type EntityInput<T> = {
  [
    K in keyof T & string as T[K] extends Method
      ? never
      : K extends Never
        ? never
        : IfReference<T[K], `${K}Uuid`, K>
  ]?:
    | IfReference<
        T[K],
        PublicId<NonNullable<T[K]>> | NullOf<T[K]>,
        IfLookUp<T[K], string | NullOf<T[K]>, PartOrWhole<T[K]>>
      >
    | undefined;
};
