import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { EmbeddedMetadata } from 'typeorm/metadata/EmbeddedMetadata.js';
import { addressColumn } from '../definition/address.js';
import { problem } from '../errors/problem.js';
import type { Blank } from './personal.decorator.js';
import { personalPropertiesOf } from './personal.decorator.js';

/** A column about a person, and its value after an erasure. */
export interface PersonalColumn {
  readonly column: ColumnMetadata;
  readonly blank: Blank;
}

/** A class whose properties are columns of an entity: the entity's own, or an embedded one. */
interface EntityPart {
  readonly entity: EntityMetadata;
  readonly target: EmbeddedMetadata['type'] | EntityMetadata['target'];
  readonly path: string;
  readonly embeddeds: readonly EmbeddedMetadata[];
}

/**
 * The personal columns of an entity's table, including those of embedded classes and of other
 * entities that share the table. Throws an error naming any column that could not be blanked.
 */
export function personalColumnsOf(entity: EntityMetadata): readonly PersonalColumn[] {
  const { tablePath, connection } = entity;
  const sharing = connection.entityMetadatas.filter((other) => other.tablePath === tablePath);
  const columns = new Map<string, PersonalColumn>();
  for (const one of sharing) {
    const { target, embeddeds } = one;
    for (const personal of inPart({ entity: one, target, path: '', embeddeds })) {
      const { databaseName } = personal.column;
      // The declaration closest to the column determines its value.
      if (!columns.has(databaseName)) columns.set(databaseName, personal);
    }
  }
  for (const personal of columns.values()) refuseUnerasable(personal);
  return [...columns.values()];
}

function inPart({ entity, target, path, embeddeds }: EntityPart): PersonalColumn[] {
  const inside = embeddeds.flatMap((embedded) =>
    inPart({
      entity,
      target: embedded.type,
      path: `${path}${embedded.propertyName}.`,
      embeddeds: embedded.embeddeds,
    }),
  );
  if (typeof target !== 'function') return inside;
  const own = personalPropertiesOf(target).flatMap(({ property, blank }) => {
    const embedded = embeddeds.find(({ propertyName }) => propertyName === property);
    if (embedded) return wholly(embedded, blank);
    const column = entity.findColumnWithPropertyPath(`${path}${property}`);
    if (column) return [{ column, blank }];
    throw problem('setup_refused', {
      detail: `${entity.name}.${path}${property} has @Personal and is not one column.`,
    });
  });
  return [...inside, ...own];
}

/** All columns of an embedded class: null where nullable, otherwise the given value. */
function wholly({ columnsFromTree }: EmbeddedMetadata, blank: Blank): PersonalColumn[] {
  return columnsFromTree.map((column) => ({ column, blank: column.isNullable ? null : blank }));
}

function refuseUnerasable({ column, blank }: PersonalColumn): void {
  const { entityMetadata: entity, propertyPath } = column;
  const { isPrimary, isVersion, isDeleteDate } = column;
  if (isPrimary || isVersion || isDeleteDate || column === addressColumn(entity)) {
    throw problem('setup_refused', {
      detail: `${entity.name}.${propertyPath} has @Personal, but an erased row keeps it.`,
    });
  }
  if (blank === null && !column.isNullable) {
    throw problem('setup_refused', {
      detail: `${entity.name}.${propertyPath} is not nullable, so @Personal needs a replacement value, as in @Personal('').`,
    });
  }
}
