import type { DataSource, EntityMetadata } from 'typeorm';
import type { Row } from '../database/database.js';
import { problem } from '../errors/problem.js';
import { codecOf } from './column-codec.js';
import type { JsonSchema } from './json-schema.js';
import { nullable } from './json-schema.js';
import { isInternalColumn, resolvePath, toOne } from './relation-path.js';
import type { ResolvedPath } from './relation-path.js';
import { many } from './many-field.js';
import type { Select } from './select.js';
import { nameOf } from './select.js';
import type { ColumnField, ComputedField, FieldSpec, NestedField, ViewClass } from './view-spec.js';

/** A compiled property: how it is described and how it is read from a row. */
export interface CompiledField {
  readonly property: string;
  readonly schema: JsonSchema;
  readonly read: (row: Row) => unknown;
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
  readonly read: (row: Row) => object;
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
    case 'computed':
      return computed(field, context);
  }
}

function column(field: ColumnField, context: FieldContext): CompiledField {
  const { select, entity, dataSource, path } = context;
  const where = `${context.viewName}.${field.property}`;
  const { relations, column: found } = resolvePath(entity, field.path, where);
  const refuse = (why: string) => problem('setup_refused', { detail: `${where} ${why}` });
  if (isInternalColumn(found)) throw refuse('would show an internal id.');
  if (!found.isSelect && found.propertyName !== 'uuid') {
    throw refuse('reads a column that is declared `select: false`.');
  }
  if (found.isVirtual || found.isVirtualProperty)
    throw refuse('reads a virtual column; use @Computed.');
  const declared =
    field.schema ?? (found.transformer ? schemaOfDesign(field.designType) : undefined);
  if (found.transformer && !declared) {
    throw refuse('reads a transformed column; give it the schema of the transformed value.');
  }
  const type = dataSource.driver.normalizeType(found);
  const codec = codecOf(found, type, select.context, declared);
  if (!codec) throw refuse(`reads a column of type ${type}, which needs a declared schema.`);
  const alias = select.join([...path, ...relations]);
  const at = select.add(codec.sql(`${alias}.${nameOf(found)}`));
  const { read } = codec;
  const optional = found.isNullable || relations.some((relation) => relation.isNullable);
  return {
    property: field.property,
    schema: optional ? nullable(codec.schema) : codec.schema,
    read: read ? (row) => read(row[at]) : (row) => row[at],
  };
}

function nested(field: NestedField, context: FieldContext): CompiledField {
  const { select, entity, path } = context;
  const relation = toOne(entity, field.property, `${context.viewName}.${field.property}`);
  const relations = [...path, relation];
  const shape = context.nest(field.view(), select, relations);
  if (!relation.isNullable) return { property: field.property, ...shape };
  const key = relation.joinColumns[0]!.referencedColumn!;
  const presentAt = select.add(`${select.join(relations)}.${nameOf(key)} IS NOT NULL`);
  return {
    property: field.property,
    schema: nullable(shape.schema),
    read: (row) => (row[presentAt] === true ? shape.read(row) : null),
  };
}

function computed(field: ComputedField, context: FieldContext): CompiledField {
  const { select, entity, path } = context;
  const alias = select.join(path);
  const where = `${context.viewName}.${field.property}`;
  if (field.schema.type === undefined && field.schema.$ref === undefined) {
    throw problem('setup_refused', { detail: `${where} is computed and declares no type.` });
  }
  const sql = field.sql(
    (property) => `${alias}.${nameOf(resolvePath(entity, property, where).column)}`,
  );
  const isText =
    [field.schema.type].flat().includes('string') && field.schema.format !== 'date-time';
  const at = select.add(isText ? `(${sql})::text` : `(${sql})`);
  return { property: field.property, schema: field.schema, read: (row) => row[at] };
}

function schemaOfDesign(designType: unknown): JsonSchema | undefined {
  if (designType === String) return { type: 'string' };
  if (designType === Number) return { type: 'number' };
  if (designType === Boolean) return { type: 'boolean' };
  if (designType === Date) return { type: 'string', format: 'date-time' };
  return undefined;
}
