import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Identified, PublicId } from '../ids/ids.js';
import { definitionOf } from './dual-id-options.js';

/** An entity the world can name: by its public id or, for lookup data, by its slug. */
export type Addressable = Identified | { readonly slug: string };

/** How the world names an entity. */
export type AddressOf<T> = T extends Identified ? PublicId<T> : string;

/** The column that holds an entity's address, or undefined when the world cannot name it. */
export function addressColumn(entity: EntityMetadata): ColumnMetadata | undefined {
  const kind = definitionOf(entity.target as object)?.kind;
  if (kind === undefined) return undefined;
  return entity.findColumnWithPropertyName(kind === 'reference' ? 'slug' : 'uuid');
}
