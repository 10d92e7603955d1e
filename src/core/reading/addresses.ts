import type { EntityMetadata } from 'typeorm';
import { definitionOf } from '../definition/entity-definition.js';
import { isUuidText } from '../ids/any-uuid.js';

/** Reads an address in the database's format; undefined for values no row can have. */
export type ReadAddress = (value: unknown) => string | undefined;

/**
 * Which formats callers may use for an entity's address. A malformed address matches nothing: in
 * the database it would fail a whole statement, and with it the reads of other requests.
 */
export function addressReaderOf(entity: EntityMetadata): ReadAddress {
  return definitionOf(entity.target as object)?.kind === 'reference' ? readSlug : readAnyUuid;
}

/** Whether a text is a slug; the database accepts nothing else. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

function readAnyUuid(value: unknown): string | undefined {
  return typeof value === 'string' && isUuidText(value) ? value.toLowerCase() : undefined;
}

function readSlug(value: unknown): string | undefined {
  return typeof value === 'string' && isSlug(value) ? value : undefined;
}
