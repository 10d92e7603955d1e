import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { shownMoment } from '../column-types/codecs.js';
import { columnTypeOf, typeNameOf } from '../column-types/column-types.js';
import { unshowable } from '../column-types/unshowable.js';
import { problem } from '../errors/problem.js';
import { closedSchema } from '../json-schema/closed-schema.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { nullable } from '../json-schema/json-schema.js';
import type { CompiledField, FieldContext } from './compiled-field.js';
import { codecOf, computedCodecOf } from './column-codec.js';
import { shownInternalId } from './computed-sql.js';
import type { Read } from './field-readers.js';
import { checkedReader, fieldReader, inForm, nullability } from './field-readers.js';
import { many } from './many-field.js';
import { publicIds } from './public-ids-field.js';

import {
  isInternalColumn,
  isOptional,
  isOptionalPath,
  requireSameEntity,
  resolvePath,
  toOne,
} from './relation-path.js';

import { nameOf } from '../sql/entity-names.js';

import { showNullIn } from './unshowable-values.js';
import type { ColumnField, ComputedField, FieldSpec, NestedField } from './view-spec.js';

/** Compiles one property of a view; throws an error naming whatever is not supported. */
export function compileField(field: FieldSpec, context: FieldContext): CompiledField {
  switch (field.kind) {
    case 'column':
      return columnField(field, context);
    case 'nested':
      return nested(field, context);
    case 'many':
      return many(field, context);
    case 'publicIds':
      return publicIds(field, context);
    case 'computed':
      return computed(field, context);
  }
}

function columnField(field: ColumnField, context: FieldContext): CompiledField {
  const { select, entity, path } = context;
  const where = `${context.viewName}.${field.property}`;
  const found = resolvePath(entity, field.path, where);
  const refuse = (why: string) => problem('setup_refused', { detail: `${where} ${why}` });
  const obstacle = obstacleOf(found.column);
  if (obstacle) throw refuse(obstacle);
  const declared = declaredSchema(field, found.column, where);
  if (found.column.transformer && !declared) {
    throw refuse('reads a transformed column; declare the schema of the transformed value.');
  }
  const codec = codecOf(found.column, select.context, declared);
  if (!codec) {
    throw refuse(
      `reads a column of type ${typeNameOf(found.column)}, which ${unshownReason(found.column)}.`,
    );
  }
  const at = select.add(codec.sql(select.column(found, path)));
  // No database checks the shape of JSON, so null may replace a value of another shape.
  const isJson = columnTypeOf(found.column)?.isJson && !found.column.transformer;
  const isNullable = isOptionalPath(found) || isJson;
  const schema = isNullable ? nullable(codec.schema) : codec.schema;
  const source = `the column ${found.column.databaseName} of ${found.column.entityMetadata.tableName}`;
  const read = declared ? checkedReader(codec.read, schema, !isJson) : codec.read;
  return {
    property: field.property,
    schema,
    mayFail: declared !== undefined,
    read: fieldReader(at, read, { field: where, path: field.path, source, ...nullability(schema) }),
  };
}

/** Why a view may not read a column, whatever its type. */
function obstacleOf(found: ColumnMetadata): string | undefined {
  if (isInternalColumn(found)) return 'would show an internal id.';
  if (!found.isSelect) return 'reads a column that is declared `select: false`.';
  if (found.isVirtual || found.isVirtualProperty) return 'reads a virtual column; use @Computed.';
  return undefined;
}

function unshownReason(column: ColumnMetadata): string {
  const isJson = columnTypeOf(column)?.isJson;
  return isJson ? 'needs a declared schema' : 'views cannot read; use @Computed';
}

function declaredSchema(
  { schema, designType }: ColumnField,
  { transformer }: ColumnMetadata,
  where: string,
): JsonSchema | undefined {
  if (schema) return closedSchema(schema, where);
  return transformer ? schemaOfDesign(designType) : undefined;
}

function nested(field: NestedField, context: FieldContext): CompiledField {
  const { select, entity, path } = context;
  const where = `${context.viewName}.${field.property}`;
  const relation = toOne(entity, field.property, where);
  const view = field.view();
  requireSameEntity(
    context.entityOf(view),
    relation.inverseEntityMetadata,
    `${where} nests ${view.name}`,
  );
  const relations = [...path, relation];
  const shape = context.nest(view, select, relations);
  // The request is about the row that shows it.
  const refuse = showNullIn(where);
  if (!isOptional(relation)) {
    return { ...shape, property: field.property, read: (row) => shape.read(row, refuse) };
  }
  const key = relation.joinColumns[0]!.referencedColumn!;
  const presentAt = select.add(`${select.join(relations)}.${nameOf(key)} IS NOT NULL`);
  return {
    property: field.property,
    schema: nullable(shape.schema),
    mayFail: shape.mayFail,
    read: (row) => (row[presentAt] === true ? shape.read(row, refuse) : null),
  };
}

function computed(field: ComputedField, context: FieldContext): CompiledField {
  const { select, entity, path } = context;
  const alias = select.join(path);
  const where = `${context.viewName}.${field.property}`;
  const schema = closedSchema(field.schema, where);
  const internal = new Set<string>();
  const sql = field.sql((property) => {
    const { column: found } = resolvePath(entity, property, where);
    const reference = `${alias}.${nameOf(found)}`;
    if (isInternalColumn(found)) internal.add(reference);
    return reference;
  });
  refuseShownId(field, sql, internal, where);
  const codec = computedCodecOf(schema, select.context);
  const at = select.add(codec.sql(sql));
  const names = [schema.type].flat();
  const isShaped = names.includes('array') || names.includes('object');
  return {
    property: field.property,
    schema,
    mayFail: isShaped || names.includes('number') || names.includes('integer'),
    read: fieldReader(
      at,
      isShaped ? checkedReader(codec.read, schema, true) : scalar(codec.read, schema),
      {
        field: where,
        path: field.property,
        source: 'its SQL',
        ...nullability(schema),
      },
    ),
  };
}

function scalar(read: Read | undefined, { type, format }: JsonSchema): Read | undefined {
  if (format === 'date-time') return inForm(read, shownMoment);
  const names = [type].flat();
  const isNumber = names.includes('number') || names.includes('integer');
  return isNumber ? inForm(read, shownNumber) : read;
}

/** A number from an application's own SQL, whose schema is the application's own as well. */
function shownNumber(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? unshowable : value;
}

/** A boolean reveals only what an id is compared with, and nothing more. */
function refuseShownId(
  { schema, options }: ComputedField,
  sql: string,
  internal: ReadonlySet<string>,
  where: string,
): void {
  if (schema.type === 'boolean' || options.showsNoId?.trim()) return;
  const shown = shownInternalId(sql, internal);
  if (shown === undefined) return;
  throw problem('setup_refused', {
    detail: `${where} would show an internal id: ${shown} appears outside a comparison. Compare it, count it, or explain why nothing of it is shown: @Computed(schema, sql, { showsNoId: '<reason>' }).`,
  });
}

function schemaOfDesign(designType: unknown): JsonSchema | undefined {
  if (designType === String) return { type: 'string' };
  if (designType === Number) return { type: 'number' };
  if (designType === Boolean) return { type: 'boolean' };
  if (designType === Date) return { type: 'string', format: 'date-time' };
  return undefined;
}
