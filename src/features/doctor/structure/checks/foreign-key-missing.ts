import { pathOf } from '../../catalog/catalog.js';
import type { Link } from '../../data/links.js';
import { linksOf } from '../../data/links.js';
import type { StructureCheck } from '../structure-check.js';

/** A relation that only the application knows about. */
export const foreignKeyMissing: StructureCheck = {
  code: 'foreign_key_missing',
  finds: 'a relation of an entity without its foreign key in the database',
  fix: 'Add the key in a migration: ALTER TABLE ... ADD CONSTRAINT ... FOREIGN KEY ... NOT VALID, then VALIDATE CONSTRAINT; `dual-id doctor --data` finds the rows that violate it.',
  find: ({ model }) =>
    linksOf(model)
      // The key to passports has its own check.
      .filter((link) => pathOf(link.target) !== 'dual_id.passports' && !hasForeignKey(link))
      .map(({ table, columns, target }) => ({
        place: `${model.catalog.nameOf(table)}.${columns.join('+')}`,
        problem: `no foreign key leads to ${model.catalog.nameOf(target)}`,
      })),
};

function hasForeignKey({ table, columns, target }: Link): boolean {
  return table.constraints.some(
    (key) =>
      key.kind === 'f' &&
      key.target === pathOf(target) &&
      key.columns.toSorted().join() === columns.toSorted().join(),
  );
}
