import type { FoundIndex, FoundTable } from '../catalog/facts.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { PlannedIndex } from './conversion-plan.js';
import { renewedName } from './new-names.js';

/** The indexes of a table that use a column, with its twin in its place. */
export function plannedIndexes(facts: FoundTable, from: string, to: string): PlannedIndex[] {
  return indexesOn(facts, from).map(({ name, columns, definition, isUnique, constraint }) => {
    const newName = renewedName(name, { table: facts.table, columns, from, to });
    return {
      name,
      newName,
      // A name that tells nothing of the column stays, once the old index has gone.
      finalName: newName === `${name}_${to}` ? name : newName,
      on: `USING ${inTheirPlace(definition, from, to)}`,
      isUnique,
      constraint: constraint === 'p' ? 'primary' : constraint === 'u' ? 'unique' : null,
    };
  });
}

/** Valid indexes that use a column: as a part of their key, or in an expression. */
export function indexesOn({ indexes }: FoundTable, column: string): FoundIndex[] {
  return indexes.filter(
    ({ isValid, columns, definition }) =>
      isValid && (columns.includes(column) || inTheirPlace(definition, column, '') !== definition),
  );
}

const indexTokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|::\s*(?:"[^"]*"|[\w.]+)|[\p{L}_][\p{L}\p{N}_$]*(?:\s*\()?|./gsu;

/**
 * The definition of an index with one column in the place of another: a name that stands by itself,
 * and not in a text, a type or before a parenthesis.
 */
export function inTheirPlace(definition: string, from: string, to: string): string {
  const quoted = quoteIdentifier(from);
  return definition.replaceAll(indexTokens, (token) =>
    token === from || token === quoted ? quoteIdentifier(to) : token,
  );
}
