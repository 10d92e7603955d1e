/**
 * The two kinds of id. Both are strings: an internal id may exceed 2^53 (Citus workers generate
 * values above it), so it is never a JavaScript number.
 */
declare const internalBrand: unique symbol;
declare const publicBrand: unique symbol;

/** The bigint key of a row, as a decimal string. It never leaves the process. */
export type InternalId<T> = string & { readonly [internalBrand]: (owner: T) => T };

/** The lower-case UUID that identifies an entity outside the process. */
export type PublicId<T> = string & { readonly [publicBrand]: (owner: T) => T };

/** What every entity with a public id has; the constraint of the library's type parameters. */
export interface Identified {
  readonly uuid: string;
}

/** An entity with both ids. */
export interface DualIdentified extends Identified {
  readonly id: string;
}

/** The UUID versions an application may choose for new public ids (RFC 9562). */
export type UuidVersion = 4 | 7;

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const versionAt = 14;

/**
 * The version digit of an RFC 9562 UUID, or undefined if the text is anything else. Nil and Max
 * have no version and are therefore refused, as is any text with extra characters around it.
 */
export function uuidVersionOf(text: string): number | undefined {
  return canonicalUuid.test(text) ? Number(text[versionAt]) : undefined;
}

/** Reads a public id, or returns undefined if the text is not a UUID of an accepted version. */
export function parsePublicId<T>(
  value: unknown,
  acceptedVersions: readonly number[],
): PublicId<T> | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.toLowerCase();
  const version = uuidVersionOf(text);
  return version !== undefined && acceptedVersions.includes(version)
    ? (text as PublicId<T>)
    : undefined;
}

/** Whether a text is what someone sends to guess a numeric id. */
export function looksNumeric(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+$/.test(value));
}
