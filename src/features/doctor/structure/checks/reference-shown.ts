import type { EntityMetadata } from 'typeorm';
import { resolvePath } from '../../../../core/view/relation-path.js';
import { fieldsOf, viewSpecOf } from '../../../../core/view/view.decorator.js';
import type { ViewClass } from '../../../../core/view/view-spec.js';
import { isInternalIdName } from '../../../../core/ids/id-names.js';
import type { Catalog, CatalogColumn, CatalogTable } from '../../catalog/catalog.js';
import { tableKeyOf } from '../../catalog/catalog.js';
import type { DataModel } from '../../data/data-model.js';
import type { Fault, StructureCheck } from '../structure-check.js';

/** A column that is a reference in PostgreSQL, but declared as a plain number in its entity. */
export const referenceShown: StructureCheck = {
  code: 'reference_shown',
  finds: 'a property of a response that shows a numeric foreign key',
  fix: 'Declare the column as a relation of the entity and show the public id behind it.',
  find: ({ views, model }) => {
    const all = new Set<ViewClass>();
    for (const { viewClass } of views) gather(viewClass, all);
    return [...all].flatMap((view) => referencesShownBy(view, model));
  },
};

/** A view and every view nested in it. */
function gather(view: ViewClass, into: Set<ViewClass>): void {
  if (into.has(view)) return;
  into.add(view);
  for (const field of fieldsOf(view)) {
    if (field.kind === 'nested' || field.kind === 'many') gather(field.view(), into);
  }
}

function referencesShownBy(view: ViewClass, model: DataModel): readonly Fault[] {
  const spec = viewSpecOf(view);
  if (!spec) return [];
  const entity = model.dataSource.getMetadata(spec.entity);
  return fieldsOf(view).flatMap((field) => {
    if (field.kind !== 'column') return [];
    const place = `${view.name}.${field.property}`;
    const { column } = resolvePath(entity, field.path, place);
    const target = shownReference(column.entityMetadata, column.databaseName, model);
    if (target === undefined) return [];
    return [{ place, problem: `it shows ${column.databaseName}, a reference to ${target}` }];
  });
}

function shownReference(
  { tableName, schema }: EntityMetadata,
  column: string,
  { catalog }: DataModel,
): string | undefined {
  const table = catalog.find(tableName, schema);
  return table && targetsOf(table, column).find((target) => targetLeadsToId(target, catalog))?.path;
}

/** A column that a foreign key refers to. */
interface ColumnTarget {
  readonly path: string;
  readonly column: string;
}

function targetsOf(table: CatalogTable, column: string): readonly ColumnTarget[] {
  return table.constraints.flatMap(({ kind, columns, target, targetColumns }) => {
    const at = columns.indexOf(column);
    return kind === 'f' && target !== null && at !== -1
      ? [{ path: target, column: targetColumns[at]! }]
      : [];
  });
}

/** A numeric key of one column, or a reference to one; a text, or a line number, is no id. */
function targetLeadsToId(
  target: ColumnTarget,
  catalog: Catalog,
  passed: readonly ColumnTarget[] = [],
): boolean {
  const table = catalog.at(target.path);
  const column = table?.columns.find(({ name }) => name === target.column);
  if (!table || !column || !isNumericType(column)) return false;
  if (passed.some((one) => one.path === target.path && one.column === target.column)) return false;
  const isKey = tableKeyOf(table).join() === column.name;
  if (isKey || column.sequence !== null || isInternalIdName(column.name)) return true;
  const beyond = targetsOf(table, column.name);
  return beyond.some((next) => targetLeadsToId(next, catalog, [...passed, target]));
}

function isNumericType({ type }: CatalogColumn): boolean {
  return /^(?:bigint|integer|smallint|numeric)/.test(type);
}
