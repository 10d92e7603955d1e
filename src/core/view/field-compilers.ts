import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Row } from '../database/row.js';
import { problem } from '../errors/problem.js';
import { closedSchema } from './closed-schema.js';
import { codecOf, computedCodecOf } from './column-codec.js';
import { shownInternalId } from './computed-sql.js';
import type { JsonSchema } from './json-schema.js';
import { nullable } from './json-schema.js';
import type { Read } from './field-readers.js';
import { checked, fieldReader, inForm, nullability } from './field-readers.js';
import { jsonFormOf, momentForm, numberForm } from './json-forms.js';
import { many } from './many-field.js';
import { publicIds } from './public-ids-field.js';
import type { ResolvedPath } from './relation-path.js';
import {
  isInternalColumn,
  isOptional,
  isOptionalPath,
  requireSameEntity,
  resolvePath,
  toOne,
} from './relation-path.js';
import type { Select } from './select.js';
import { nameOf } from './select.js';
import type { Refuse } from './unshowable.js';
import { showNullIn } from './unshowable.js';
import type { ColumnField, ComputedField, FieldSpec, NestedField, ViewClass } from './view-spec.js';

/** A compiled property: how it is described and how it is read from a row. */
export interface CompiledField {
  readonly property: string;
  readonly schema: JsonSchema;
  /** Whether it may meet a value that its schema does not describe. */
  readonly mayFail: boolean;
  readonly read: (row: Row, refuse: Refuse) => unknown;
  /** How many items of a list are shown; one more is read where there are more. */
  readonly limit?: number;
}

/** What a field's compiler may ask of the view's. */
export interface FieldContext {
  readonly dataSource: DataSource;
  readonly viewName: string;
  readonly entity: EntityMetadata;
  readonly select: Select;
  /** Relations from the select's root to the entity the fields belong to. */
  readonly path: ResolvedPath['relations'];
  readonly entityOf: (view: ViewClass) => EntityMetadata;
  /** Compiles the fields of a nested view into a select. */
  readonly nest: (view: ViewClass, select: Select, path: ResolvedPath['relations']) => NestedShape;
}

/** A nested view: its schema and its reader. */
export interface NestedShape {
  readonly schema: JsonSchema;
  readonly mayFail: boolean;
  readonly read: (row: Row, refuse: Refuse) => object;
}

/** Compiles one property of a view; refuses by name whatever it cannot honour. */
export function compileField(field: FieldSpec, context: FieldContext): CompiledField {
  switch (field.kind) {
    case 'column':
      return column(field, context);
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

function column(field: ColumnField, context: FieldContext): CompiledField {
  const { select, entity, dataSource, path } = context;
  const where = `${context.viewName}.${field.property}`;
  const found = resolvePath(entity, field.path, where);
  const refuse = (why: string) => problem('setup_refused', { detail: `${where} ${why}` });
  const obstacle = obstacleOf(found.column);
  if (obstacle) throw refuse(obstacle);
  const declared = declaredSchema(field, found.column, where);
  if (found.column.transformer && !declared) {
    throw refuse('reads a transformed column; give it the schema of the transformed value.');
  }
  const type = dataSource.driver.normalizeType(found.column);
  const codec = codecOf(found.column, type, select.context, declared);
  if (!codec) throw refuse(`reads a column of type ${type}, which ${cureOf(type)}.`);
  const at = select.add(codec.sql(select.column(found, path)));
  // No database checks the shape of JSON, so that null may stand for what has another one.
  const isJson = type.startsWith('json') && !found.column.transformer;
  const isNullable = isOptionalPath(found) || isJson;
  const schema = isNullable ? nullable(codec.schema) : codec.schema;
  const source = `the column ${found.column.databaseName} of ${found.column.entityMetadata.tableName}`;
  // A transformer expects what TypeORM would give it.
  const form = found.column.transformer ? undefined : jsonFormOf(type, found.column.isArray);
  const shown = inForm(codec.read, form);
  const read = declared ? checked(shown, schema, !isJson) : shown;
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

function cureOf(type: string): string {
  return type.startsWith('json') ? 'needs a declared schema' : 'views do not read; use @Computed';
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
      isShaped ? checked(codec.read, schema, true) : scalar(codec.read, schema),
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
  if (format === 'date-time') return inForm(read, momentForm);
  const names = [type].flat();
  const isNumber = names.includes('number') || names.includes('integer');
  return isNumber ? inForm(read, numberForm) : read;
}

/** A truth value tells of an id what it is compared with, and nothing more. */
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
    detail: `${where} would show an internal id: ${shown} stands outside of a comparison. Compare it, count it, or say why nothing of it is shown: @Computed(schema, sql, { showsNoId: '<reason>' }).`,
  });
}

function schemaOfDesign(designType: unknown): JsonSchema | undefined {
  if (designType === String) return { type: 'string' };
  if (designType === Number) return { type: 'number' };
  if (designType === Boolean) return { type: 'boolean' };
  if (designType === Date) return { type: 'string', format: 'date-time' };
  return undefined;
}
