import type { ConversionSession } from '../run/session.js';
import { sqlTable } from '../steps/names.js';
import type { FoundTable } from './facts.js';
import { readFacts } from './read-facts.js';

/** The tables that refer to a table, each once, without the table itself. */
export async function readChildren(
  session: ConversionSession,
  facts: FoundTable,
): Promise<ReadonlyMap<string, FoundTable>> {
  const children = new Map<string, FoundTable>();
  for (const { table } of facts.references) {
    const name = sqlTable(table);
    if (name === sqlTable(facts.table) || children.has(name)) continue;
    children.set(name, await readFacts(session, table));
  }
  return children;
}
