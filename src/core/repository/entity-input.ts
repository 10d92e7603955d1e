import type { Identified, PublicId } from '../ids/ids.js';

type IfReference<Value, Then, Else> = NonNullable<Value> extends Identified ? Then : Else;
type IfLookUp<Value, Then, Else> = NonNullable<Value> extends { slug: string } ? Then : Else;
type NullOf<Value> = null extends Value ? null : never;
type Never = 'id' | 'platformTypeId' | 'version' | 'createdAt' | 'updatedAt' | 'deletedAt';
type Method = (...args: never[]) => unknown;
type Primitive = string | number | bigint | boolean | symbol | null | undefined;
/** Values that are written whole, however much is inside. */
type Whole = Primitive | Date | Uint8Array | readonly unknown[] | Method;
/** An embedded object is written whole or in part. */
type Part<Value> = Value extends Whole ? Value : Value | EntityInput<Value>;

/**
 * What may be written of an entity: its columns, references by public id (`user` becomes
 * `userUuid`), and lookup data by slug. Internal ids have no place in it; what is undefined
 * counts as absent. Of an embedded object only what is named is written; a column of JSON takes the
 * same type and is written whole.
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
        IfLookUp<T[K], string | NullOf<T[K]>, Part<T[K]>>
      >
    | undefined;
};
