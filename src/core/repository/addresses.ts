import type { EntityMetadata } from 'typeorm';
import { definitionOf } from '../entity/dual-id-options.js';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads an address as the database spells it; undefined for what no row can have. */
export type ReadAddress = (value: unknown) => string | undefined;

/**
 * How callers may spell the address of an entity. What is no address names nothing: one that
 * reached the database would fail a whole statement, and with it the reads of other requests.
 */
export function addressReaderOf(entity: EntityMetadata): ReadAddress {
  return definitionOf(entity.target as object)?.kind === 'reference' ? readSlug : readUuid;
}

/** Whether a text is a slug; the database accepts no other. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

function readUuid(value: unknown): string | undefined {
  return typeof value === 'string' && uuid.test(value) ? value.toLowerCase() : undefined;
}

function readSlug(value: unknown): string | undefined {
  return typeof value === 'string' && isSlug(value) ? value : undefined;
}
