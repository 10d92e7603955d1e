import type { FoundTable } from '../catalog/facts.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { ConversionSession } from '../run/session.js';
import { sqlTable } from '../steps/names.js';
import type { GoingColumn } from './going-columns.js';
import { withColumnReplaced, indexesOn } from './planned-indexes.js';

/**
 * Why the expressions of indexes are none for the twin of their column, which has another type.
 * PostgreSQL parses them and reads no row.
 */
export async function expressionRefusals(
  session: ConversionSession,
  facts: FoundTable,
  { column, twin }: GoingColumn,
): Promise<string[]> {
  const refusals: string[] = [];
  for (const { name, expressions } of indexesOn(facts, column.name)) {
    for (const expression of expressions) {
      const text = withColumnReplaced(expression, column.name, twin.name);
      if (text === expression || (await isParsable(session, facts, { twin, text }))) continue;
      refusals.push(
        `The index ${name} of ${sqlTable(facts.table)} has an expression that knows no ${twin.type} for ${column.name}. Drop it, and build it again after the conversion.`,
      );
    }
  }
  return refusals;
}

async function isParsable(
  session: ConversionSession,
  { table }: FoundTable,
  { twin, text }: { readonly twin: GoingColumn['twin']; readonly text: string },
): Promise<boolean> {
  await session.run('SAVEPOINT expression');
  try {
    await session.rows(
      `EXPLAIN SELECT FROM (SELECT r.*, NULL::${twin.type} AS ${quoteIdentifier(twin.name)}
         FROM ${sqlTable(table)} r) r WHERE (${text}) IS NULL`,
    );
    return true;
  } catch {
    return false;
  } finally {
    await session.run('ROLLBACK TO SAVEPOINT expression');
  }
}
