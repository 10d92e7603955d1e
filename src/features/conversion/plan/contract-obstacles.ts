import { readFacts } from '../catalog/read-facts.js';
import type { FoundTable } from '../catalog/facts.js';
import type { ConversionSession } from '../run/session.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionPlan } from './conversion-plan.js';
import type { GoingColumn } from './going-columns.js';
import { goingColumns, lostForeignKeys, usersOf } from './going-columns.js';
import { foundColumn } from './planned-key.js';
import { indexesOn } from './planned-indexes.js';

/** What still uses the columns that the contract drops, as the catalog tells now. */
export async function contractObstacles(
  session: ConversionSession,
  plan: ConversionPlan,
): Promise<string[]> {
  const obstacles: string[] = [];
  for (const going of goingColumns(plan)) {
    const facts = await readFacts(session, going.table);
    // A column whose twin has gone has been contracted before.
    if (foundColumn(facts, going.twin.name) === undefined) continue;
    obstacles.push(
      ...usersOf(facts, going),
      ...newIndexes(plan, going, facts),
      ...lostForeignKeys(facts, going, plan.table),
      ...(going.constraint === null ? newReferences(plan, facts, going) : []),
    );
  }
  return obstacles;
}

/** Indexes that were made after the plan, of which no copy for the new column stands. */
function newIndexes(plan: ConversionPlan, { column, table }: GoingColumn, facts: FoundTable) {
  const planned = new Set([
    plan.key.constraint,
    ...goingColumns(plan)
      .filter((one) => sqlTable(one.table) === sqlTable(table))
      .flatMap(({ indexes }) => indexes.map(({ name }) => name)),
  ]);
  return indexesOn(facts, column.name)
    .filter(({ name }) => !planned.has(name))
    .map(
      ({ name }) =>
        `The index ${name} of ${sqlTable(facts.table)} is newer than the plan. Build one of the new column, and drop it.`,
    );
}

/** Foreign keys that were made after the plan. */
function newReferences({ references }: ConversionPlan, facts: FoundTable, { column }: GoingColumn) {
  const planned = new Set(references.map((one) => `${sqlTable(one.table)} ${one.constraint}`));
  return facts.references
    .filter(({ referenced }) => referenced.includes(column.name))
    .filter(({ table, name }) => !planned.has(`${sqlTable(table)} ${name}`))
    .map(
      ({ table, name }) =>
        `The foreign key ${name} of ${sqlTable(table)} is newer than the plan. Drop it, and add it after the contract.`,
    );
}
