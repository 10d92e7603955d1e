import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Identified, PublicId } from '../ids/ids.js';
import { definitionOf } from './entity-definition.js';

/** An entity with a public address: its public id or, for lookup data, its slug. */
export type Addressable = Identified | { readonly slug: string };

/** The public address of an entity. */
export type AddressOf<T> = T extends Identified ? PublicId<T> : string;

/** The column that holds an entity's address, or undefined if it has none. */
export function addressColumn(entity: EntityMetadata): ColumnMetadata | undefined {
  const kind = definitionOf(entity.target as object)?.kind;
  if (kind === undefined) return undefined;
  return entity.findColumnWithPropertyName(kind === 'reference' ? 'slug' : 'uuid');
}
