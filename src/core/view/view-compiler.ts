import type { DataSource, EntityMetadata } from 'typeorm';
import type { Row } from '../database/row.js';
import { problem } from '../errors/problem.js';
import { addressColumn } from '../entity/address.js';
import { externalIdsOf } from '../ids/external-id.js';
import { isInternalIdName } from '../ids/ids.js';
import type { CompiledView } from './compiled-view.js';
import { noteVersion } from './compiled-view.js';
import type { CompiledField, FieldContext, NestedShape } from './field-compilers.js';
import { compileField } from './field-compilers.js';
import { withNotes } from './api-notes.js';
import type { JsonSchema } from './json-schema.js';
import { nameOf, Select } from './select.js';
import { truncate, truncatedSchema } from './truncated.js';
import type { Refuse } from './unshowable.js';
import { refuseIn, showNullIn } from './unshowable.js';
import { fieldsOf, viewSpecOf } from './view.decorator.js';
import type { ViewClass, ViewSpec } from './view-spec.js';

/**
 * Compiles a view from its class and what TypeORM knows of its entity. The result selects what
 * the view shows and nothing else; whatever cannot be honoured is refused by name.
 */
export function compileView<V extends object>(
  viewClass: ViewClass<V>,
  dataSource: DataSource,
): CompiledView<V> {
  const { options } = specOf(viewClass);
  const entity = entityOf(viewClass, dataSource);
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

/** The entity a view belongs to, as TypeORM knows it. */
export function entityOf(viewClass: ViewClass, dataSource: DataSource): EntityMetadata {
  const { entity } = specOf(viewClass);
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

/** Why the rows of an entity cannot be viewed, with the way that works. */
function tableObstacle(metadata: EntityMetadata): string | undefined {
  if (metadata.discriminatorColumn !== undefined) {
    return 'which shares its table with other classes. Map one entity with a column that tells the kinds apart, or give each kind a table of its own.';
  }
  if (metadata.treeType !== undefined) {
    return "which @Tree maps. Map the parent as @ManyToOne, and its children as @Many(view, 'parent').";
  }
  if (metadata.tableType === 'view') {
    return 'which maps a database view. Read it with a statement of your own, and describe the answer with @ReturnsSchema.';
  }
  return metadata.tableType === 'regular' ? undefined : 'which is no table of its own.';
}

function specOf(viewClass: ViewClass): ViewSpec {
  const spec = viewSpecOf(viewClass);
  if (spec) return spec;
  throw problem('setup_refused', {
    detail: `${viewClass.name} is used as a view but has no @View.`,
  });
}

/** Where a view is compiled into: the whole of an answer, or a place within other views. */
interface Place {
  readonly dataSource: DataSource;
  readonly select: Select;
  readonly path: FieldContext['path'];
  readonly within: readonly ViewClass[];
}

function compileShape(viewClass: ViewClass, place: Place): NestedShape {
  const { dataSource, select, path } = place;
  const within = [...place.within, viewClass];
  if (place.within.includes(viewClass)) {
    const names = within.map(({ name }) => name).join(' > ');
    throw problem('setup_refused', { detail: `${names} is a view that contains itself.` });
  }
  const context: FieldContext = {
    dataSource,
    viewName: viewClass.name,
    entity: entityOf(viewClass, dataSource),
    select,
    path,
    entityOf: (view) => entityOf(view, dataSource),
    nest: (view, into, relations) =>
      compileShape(view, { dataSource, select: into, path: relations, within }),
  };
  const fields = fieldsOf(viewClass).map((field) =>
    compileField(checked(field, viewClass), context),
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

function checked<F extends { property: string }>(field: F, viewClass: ViewClass): F {
  if (!isInternalIdName(field.property)) return field;
  if (externalIdsOf(viewClass).has(field.property)) return field;
  throw problem('setup_refused', {
    detail: `${viewClass.name}.${field.property} has the name of an internal id; public ids are named uuid or end in Uuid, and the id of another system takes @ExternalId().`,
  });
}

function objectSchema(viewClass: ViewClass, fields: readonly CompiledField[]): JsonSchema {
  const external = externalIdsOf(viewClass);
  return {
    title: specOf(viewClass).options.name ?? viewClass.name,
    type: 'object',
    properties: {
      ...Object.fromEntries(
        fields.map(({ property, schema }) => [
          property,
          withNotes(marked(schema, external.has(property)), viewClass, property),
        ]),
      ),
      ...truncatedSchema(fields, viewClass.name),
    },
    required: fields.map(({ property }) => property),
    additionalProperties: false,
  };
}

function marked(schema: JsonSchema, isExternal: boolean): JsonSchema {
  return isExternal ? { ...schema, 'x-external': true } : schema;
}

/** Where the compiled row tells which row it is. */
interface Positions {
  readonly addressAt: number | undefined;
  readonly versionAt: number | undefined;
}

function reader<V extends object>(
  shape: NestedShape,
  refuseOf: (address: unknown) => Refuse,
  { addressAt, versionAt }: Positions,
): (row: Row) => V {
  return (row) => {
    const view = shape.read(row, refuseOf(addressAt === undefined ? undefined : row[addressAt]));
    if (versionAt !== undefined) noteVersion(view, row[versionAt] as number);
    return view as V;
  };
}
