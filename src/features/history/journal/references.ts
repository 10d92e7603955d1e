import type { Database } from '../../../core/database/database.js';
import type { Statement } from '../../../core/database/statement.js';
import { statement } from '../../../core/database/statement.js';
import { definitionOf } from '../../../core/definition/entity-definition.js';
import { nameOf, tableOf } from '../../../core/sql/entity-names.js';
import type { Image } from './image.js';
import type { RecordedField, RecordedView, ReferenceTarget } from './recorded-view.js';

/** The public ids and slugs that keys in images lead to, by the field and the key. */
export type KnownReferences = ReadonlyMap<RecordedField, ReadonlyMap<string, string>>;

const maxKeyLength = 18;

/**
 * Translates the keys in images. The registry knows the public id of a row that is gone; a table
 * outside of it has only the rows that are there.
 */
export async function readReferences(
  database: Database,
  { fields }: RecordedView,
  images: readonly (Image | null)[],
): Promise<KnownReferences> {
  const found = await Promise.all(
    fields.map(async (field) => {
      const { target, column } = field;
      const keys = target ? keysIn(images, column.databaseName) : [];
      if (!target || keys.length === 0) return undefined;
      const rows = await database.rows(lookup(target), [keys]);
      return [field, new Map(rows as unknown as [string, string][])] as const;
    }),
  );
  return new Map(found.filter((one) => one !== undefined));
}

function keysIn(images: readonly (Image | null)[], column: string): string[] {
  const keys = images.flatMap((image) => image?.[column] ?? []);
  return [...new Set(keys)].filter((key) => /^-?\d+$/.test(key) && key.length <= maxKeyLength);
}

function lookup({ entity, key, address }: ReferenceTarget): Statement {
  const { type, kind } = definitionOf(entity.target as object)!;
  if (type !== undefined && kind === 'dual') {
    return statement(`SELECT entity_id::text, uuid FROM dual_id.passports
      WHERE platform_type_id = ${type} AND entity_id = ANY($1::bigint[])`);
  }
  return statement(`SELECT ${nameOf(key)}::text, ${nameOf(address)} FROM ${tableOf(entity)}
    WHERE ${nameOf(key)} = ANY($1::bigint[])`);
}
