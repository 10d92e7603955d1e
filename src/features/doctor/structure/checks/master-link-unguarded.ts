import { linkGuard } from '../../../../core/schema/identity-guard.js';
import { constraintName } from '../../../../core/sql/constraint-name.js';
import type { CatalogTable } from '../../catalog/catalog.js';
import { isUnique } from '../../catalog/catalog.js';
import type { Link } from '../../data/links.js';
import { claimFunction, isMasterLink, linksOf } from '../../data/links.js';
import type { StructureCheck } from '../structure-check.js';

/** Rows of a service can belong to a deleted passport, to two, or share one. */
export const masterLinkUnguarded: StructureCheck = {
  code: 'master_link_unguarded',
  finds: 'a table of `@MasterLink` without one of its keys or triggers',
  fix: 'Call `addMasterLink` for the table in a migration, after `dual-id doctor --data` finds no wrong links.',
  find: ({ model }) =>
    linksOf(model)
      .filter(isMasterLink)
      .flatMap((link) => {
        const lacks = lacksOf(link);
        if (lacks.length === 0) return [];
        const { schema, table, isPartitioned } = link.table;
        const parts = [
          `table: '${table}'`,
          ...(schema === model.catalog.defaultSchema ? [] : [`schema: '${schema}'`]),
          ...(isPartitioned ? ['partitioned: true'] : []),
        ];
        const name = model.catalog.nameOf(link.table);
        const fix = `In a migration for ${name}: addMasterLink(runner, { ${parts.join(', ')} })`;
        return [{ place: name, problem: lacks.join('; '), fix }];
      }),
};

function lacksOf({ table, columns, targetColumns }: Link): readonly string[] {
  const links = table.triggers.some(({ functionName }) => functionName === 'dual_id.link_master');
  const kept = table.triggers.some(
    ({ functionName, columns: guarded }) =>
      functionName === 'dual_id.refuse_identity_change' &&
      columns.every((column) => guarded.includes(column)),
  );
  const late = table.triggers.find(
    ({ name }) => name === constraintName(table.table, linkGuard.late),
  );
  return [
    ...(hasKey(table, columns, targetColumns) ? [] : ['no foreign key keeps both ids together']),
    ...(links ? [] : ['nothing refuses a deleted passport']),
    ...(kept ? [] : ['nothing refuses a change of the link']),
    ...(late ? [] : ['nothing catches a BEFORE trigger that changes the link']),
    ...(isHeldToOne(table, columns) ? [] : ['two rows may belong to one passport']),
  ];
}

function hasKey(
  table: CatalogTable,
  columns: readonly string[],
  targetColumns: readonly string[],
): boolean {
  const pairs = (own: readonly string[], theirs: readonly string[]) =>
    own
      .map((name, at) => `${name}=${theirs[at]}`)
      .toSorted()
      .join();
  return table.constraints.some(
    (key) =>
      key.target === 'dual_id.passports' &&
      pairs(key.columns, key.targetColumns) === pairs(columns, targetColumns),
  );
}

/** One index is enough for both columns, which cannot disagree; a partitioned table has claims. */
function isHeldToOne(table: CatalogTable, columns: readonly string[]): boolean {
  const runs = (name: string) =>
    table.triggers.filter(({ functionName }) => functionName === name).length;
  return (
    columns.some((column) => isUnique(table, [column])) ||
    (runs(claimFunction) === 1 && runs('dual_id.release_master') === 2)
  );
}
