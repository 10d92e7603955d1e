import type { FoundIndex, FoundTable } from '../catalog/facts.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';

const sqlWords = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gsu;

/**
 * How the condition of an index may have been written in an entity. TypeORM's name of the index
 * depends on it, and PostgreSQL keeps it in words of its own.
 */
export function conditionTexts(
  { columns }: FoundTable,
  { expressions }: FoundIndex,
): readonly string[] {
  const condition = expressions.find((one) => !one.startsWith('ROW('));
  if (condition === undefined) return [];
  const bare = condition.replace(/^\((.*)\)$/s, '$1');
  const names = new Set(columns.map(({ name }) => name));
  const quoted = (text: string) =>
    text.replaceAll(sqlWords, (word) => (names.has(word) ? quoteIdentifier(word) : word));
  return [bare, quoted(bare), condition, quoted(condition)];
}
