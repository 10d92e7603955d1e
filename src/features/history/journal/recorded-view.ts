import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { problem } from '../../../core/errors/problem.js';
import { closedSchema } from '../../../core/json-schema/closed-schema.js';
import type { CompiledView } from '../../../core/view/compiled-view.js';
import { isAddress, resolvePath } from '../../../core/view/relation-path.js';
import { fieldsOf } from '../../../core/view/view.decorator.js';
import type { ColumnField, ViewClass } from '../../../core/view/view-spec.js';
import type { ReadImageValue } from './image-value.js';
import { imageReaderOf } from './image-value.js';

/** A property of a view, read from images: a column, or the public id that a key leads to. */
export interface RecordedField {
  readonly property: string;
  /** The entity's property, by which it is written back. */
  readonly path: string;
  readonly column: ColumnMetadata;
  readonly read: ReadImageValue;
  /** Set where the image has a key of a row whose public id is shown. */
  readonly target: ReferenceTarget | undefined;
}

/** The row that a key leads to. */
export interface ReferenceTarget {
  readonly entity: EntityMetadata;
  readonly key: ColumnMetadata;
  readonly address: ColumnMetadata;
}

/** A view whose values are read from the log. */
export interface RecordedView<V extends object = object> {
  readonly viewClass: ViewClass<V>;
  readonly compiled: CompiledView<V>;
  readonly entity: EntityMetadata;
  readonly fields: readonly RecordedField[];
}

/** Reads a view's properties from images; refuses one that needs more than the row itself. */
export function recordedView<V extends object>(compiled: CompiledView<V>): RecordedView<V> {
  const { viewClass, entity } = compiled;
  const fields = fieldsOf(viewClass).map((field) => {
    const where = `${viewClass.name}.${field.property}`;
    if (field.kind === 'column') return recordedField(field, compiled, where);
    throw tooMuch(where, kinds[field.kind]);
  });
  return { viewClass, compiled, entity, fields };
}

const kinds = {
  nested: 'nests another view',
  many: 'lists other rows',
  publicIds: 'lists other rows',
  computed: 'is computed',
} as const;

function recordedField(
  { property, path, schema }: ColumnField,
  { entity, schema: viewSchema }: CompiledView,
  where: string,
): RecordedField {
  const { relations, column } = resolvePath(entity, path, where);
  const [relation, ...more] = relations;
  if (!relation) {
    const declared = schema
      ? closedSchema(schema, where)
      : column.transformer && viewSchema.properties![property];
    const read = imageReaderOf(column, declared);
    return { property, path, column, read, target: undefined };
  }
  if (more.length > 0 || !isAddress(column)) throw tooMuch(where, 'reads another row');
  const key = relation.joinColumns[0]!;
  const target = {
    entity: relation.inverseEntityMetadata,
    key: key.referencedColumn!,
    address: column,
  };
  const isOwn = target.key === column;
  const read = isOwn ? imageReaderOf(column, undefined) : (json: string) => json;
  const written = column.propertyName === 'uuid' ? `${relation.propertyPath}Uuid` : undefined;
  return {
    property,
    path: written ?? relation.propertyPath,
    column: key,
    read,
    target: isOwn ? undefined : target,
  };
}

function tooMuch(where: string, what: string): Error {
  return problem('setup_refused', {
    detail: `${where} ${what}, but the history of an entity is read from its own rows alone. Give the history a view of columns and references, such as userUuid.`,
  });
}
