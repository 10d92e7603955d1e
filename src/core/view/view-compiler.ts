import type { DataSource, EntityMetadata } from 'typeorm';
import type { Row } from '../database/row.js';
import { addressColumn } from '../definition/address.js';
import { problem } from '../errors/problem.js';
import { externalIdsOf } from '../ids/external-id.js';
import { isInternalIdName } from '../ids/id-names.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { nameOf } from '../sql/entity-names.js';
import type { CompiledView } from './compiled-view.js';
import { noteVersion } from './compiled-view.js';
import type { CompiledField, FieldContext, NestedShape } from './compiled-field.js';
import { compileField } from './field-compilers.js';
import { annotated, notesOf, withNotes } from './api-notes.js';
import { Select } from './select.js';
import { truncate, truncatedSchema } from './truncated.js';
import type { RefuseShown } from './unshowable-values.js';
import { refuseIn, showNullIn } from './unshowable-values.js';
import { fieldsOf, viewSpecOf } from './view.decorator.js';
import type { ViewClass, ViewSpec } from './view-spec.js';
import { internalNameFault, publicIdNaming } from '../ids/id-faults.js';

/**
 * Compiles a view from its class and TypeORM's metadata of its entity. The result selects what the
 * view shows and nothing else; errors name whatever is not supported.
 */
export function compileView<V extends object>(
  viewClass: ViewClass<V>,
  dataSource: DataSource,
): CompiledView<V> {
  const { options } = requireSpec(viewClass);
  const entity = viewEntityOf(viewClass, dataSource);
  const select = new Select(entity);
  const address = addressColumn(entity);
  const addressAt = address && select.add(`${select.root}.${nameOf(address)}`);
  const version = entity.versionColumn;
  const versionAt = version ? select.add(`${select.root}.${nameOf(version)}`) : undefined;
  const shape = compileShape(viewClass, { select, path: [], dataSource, within: [] });
  return {
    viewClass,
    name: options.name ?? viewClass.name,
    entity,
    options,
    schema: shape.schema,
    select,
    addressAt,
    versionAt,
    mayFail: shape.mayFail,
    read: reader<V>(shape, refuseIn, { addressAt, versionAt }),
    readAmongOthers: reader<V>(shape, showNullIn, { addressAt, versionAt }),
  };
}

/** The entity of a view in TypeORM's metadata. */
export function viewEntityOf(viewClass: ViewClass, dataSource: DataSource): EntityMetadata {
  const { entity } = requireSpec(viewClass);
  if (!dataSource.hasMetadata(entity)) {
    throw problem('setup_refused', {
      detail: `${viewClass.name} is a view of ${entity.name}, which is not among the entities of the data source.`,
    });
  }
  const metadata = dataSource.getMetadata(entity);
  const obstacle = tableObstacle(metadata);
  if (obstacle === undefined) return metadata;
  throw problem('setup_refused', {
    detail: `${viewClass.name} is a view of ${entity.name}, ${obstacle}`,
  });
}

/** Why the rows of an entity cannot be viewed, and the alternative. */
function tableObstacle(metadata: EntityMetadata): string | undefined {
  if (metadata.discriminatorColumn !== undefined) {
    return 'which shares its table with other classes. Map one entity with a column that distinguishes the kinds, or give each kind its own table.';
  }
  if (metadata.treeType !== undefined) {
    return "which @Tree maps. Map the parent as @ManyToOne, and its children as @Many(view, 'parent').";
  }
  if (metadata.tableType === 'view') {
    return 'which maps a database view. Read it with your own statement, and describe the response with @ReturnsSchema.';
  }
  return metadata.tableType === 'regular' ? undefined : 'which has no table of its own.';
}

function requireSpec(viewClass: ViewClass): ViewSpec {
  const spec = viewSpecOf(viewClass);
  if (spec) return spec;
  throw problem('setup_refused', {
    detail: `${viewClass.name} is used as a view but has no @View.`,
  });
}

/** Where a view is compiled into: a whole response, or a place within other views. */
interface CompilePlace {
  readonly dataSource: DataSource;
  readonly select: Select;
  readonly path: FieldContext['path'];
  readonly within: readonly ViewClass[];
}

function compileShape(viewClass: ViewClass, place: CompilePlace): NestedShape {
  const { dataSource, select, path } = place;
  const within = [...place.within, viewClass];
  if (place.within.includes(viewClass)) {
    const names = within.map(({ name }) => name).join(' > ');
    throw problem('setup_refused', { detail: `${names} is a view that contains itself.` });
  }
  const context: FieldContext = {
    dataSource,
    viewName: viewClass.name,
    entity: viewEntityOf(viewClass, dataSource),
    select,
    path,
    entityOf: (view) => viewEntityOf(view, dataSource),
    nest: (view, into, relations) =>
      compileShape(view, { dataSource, select: into, path: relations, within }),
  };
  const fields = fieldsOf(viewClass).map((field) =>
    compileField(requirePublicName(field, viewClass), context),
  );
  if (fields.length === 0) {
    throw problem('setup_refused', { detail: `${viewClass.name} has no @Field.` });
  }
  const lists = fields.filter(({ limit }) => limit !== undefined);
  return {
    schema: objectSchema(viewClass, fields),
    mayFail: fields.some(({ mayFail }) => mayFail),
    read: (row, refuse) => {
      const view = new viewClass() as Record<string, unknown>;
      for (const { property, read } of fields) view[property] = read(row, refuse);
      if (lists.length > 0) truncate(view, lists);
      return view;
    },
  };
}

function requirePublicName<F extends { property: string }>(field: F, viewClass: ViewClass): F {
  if (!isInternalIdName(field.property)) return field;
  if (externalIdsOf(viewClass).has(field.property)) return field;
  throw problem('setup_refused', {
    detail: `${viewClass.name}.${field.property} ${internalNameFault}; ${publicIdNaming}, and the id of another system takes @ExternalId().`,
  });
}

function objectSchema(viewClass: ViewClass, fields: readonly CompiledField[]): JsonSchema {
  const external = externalIdsOf(viewClass);
  const { name = viewClass.name, example = {} } = requireSpec(viewClass).options;
  return {
    title: name,
    type: 'object',
    properties: {
      ...Object.fromEntries(
        fields.map(({ property, schema }) => [
          property,
          withExample(
            withNotes(externalMarked(schema, external.has(property)), viewClass, property),
            example[property],
          ),
        ]),
      ),
      ...truncatedSchema(fields, viewClass.name),
    },
    required: fields.map(({ property }) => property),
    additionalProperties: false,
  };
}

function withExample(schema: JsonSchema, example: unknown): JsonSchema {
  return example === undefined ? schema : annotated(schema, { ...notesOf(schema), example });
}

function externalMarked(schema: JsonSchema, isExternal: boolean): JsonSchema {
  return isExternal ? { ...schema, 'x-external': true } : schema;
}

/** Positions that identify the row within the compiled row. */
interface Positions {
  readonly addressAt: number | undefined;
  readonly versionAt: number | undefined;
}

function reader<V extends object>(
  shape: NestedShape,
  refuseOf: (address: unknown) => RefuseShown,
  { addressAt, versionAt }: Positions,
): (row: Row) => V {
  return (row) => {
    const view = shape.read(row, refuseOf(addressAt === undefined ? undefined : row[addressAt]));
    if (versionAt !== undefined) noteVersion(view, row[versionAt] as number);
    return view as V;
  };
}
