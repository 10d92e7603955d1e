import type { FoundIndex, FoundTable } from '../catalog/facts.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { PlannedIndex } from './conversion-plan.js';
import { conditionTexts } from './condition-texts.js';
import type { RenamedColumn } from './new-names.js';
import { appendedName, renewedName } from './new-names.js';

/**
 * The indexes of a table that are built again for a column, with the twins of all columns in their
 * places. One of several columns is built for the first of them, as no copy of half of it would
 * outlive the other column.
 */
export function plannedIndexes(
  facts: FoundTable,
  column: string,
  renames: readonly RenamedColumn[],
): PlannedIndex[] {
  const place = renames.findIndex(({ from }) => from === column);
  const earlier = renames.slice(0, place);
  return indexesOn(facts, column)
    .filter((index) => !earlier.some(({ from }) => isOn(index, from)))
    .map((index) => plannedIndex(facts, index, renames));
}

function plannedIndex(
  facts: FoundTable,
  index: FoundIndex,
  all: readonly RenamedColumn[],
): PlannedIndex {
  const { table } = facts;
  const { name, columns, definition, isUnique, constraint } = index;
  const renames = all.filter(({ from }) => isOn(index, from));
  const replaced = (sql: string) =>
    renames.reduce((text, { from, to }) => withColumnReplaced(text, from, to), sql);
  const conditions = conditionTexts(facts, index).map((text) => [text, replaced(text)] as const);
  const newName = renewedName(name, { table, columns, renames, conditions });
  return {
    name,
    newName,
    // A name that tells nothing of the column stays, once the old index has gone.
    finalName: newName === appendedName(name, renames) ? name : newName,
    on: `USING ${replaced(definition)}`,
    isUnique,
    constraint: constraint === 'p' ? 'primary' : constraint === 'u' ? 'unique' : null,
  };
}

/** Valid indexes that use a column: as a part of their key, or in an expression. */
export function indexesOn({ indexes }: FoundTable, column: string): FoundIndex[] {
  return indexes.filter((index) => index.isValid && isOn(index, column));
}

function isOn({ columns, definition }: FoundIndex, column: string): boolean {
  return columns.includes(column) || withColumnReplaced(definition, column, '') !== definition;
}

const indexTokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|::\s*(?:"[^"]*"|[\w.]+)|[\p{L}_][\p{L}\p{N}_$]*(?:\s*\()?|./gsu;

/**
 * The definition of an index with one column replaced by another. Only a name by itself is
 * replaced, not one in a string, a type or before a parenthesis.
 */
export function withColumnReplaced(definition: string, from: string, to: string): string {
  const quoted = quoteIdentifier(from);
  return definition.replaceAll(indexTokens, (token) =>
    token === from || token === quoted ? quoteIdentifier(to) : token,
  );
}
