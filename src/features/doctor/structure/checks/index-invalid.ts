import { quoteTable } from '../../../../core/sql/quoting.js';
import type { StructureCheck } from '../structure-check.js';

/** What a failed concurrent build leaves behind: it slows down writes and is used by no query. */
export const indexInvalid: StructureCheck = {
  code: 'index_invalid',
  finds: 'an index whose concurrent build did not finish',
  fix: 'REINDEX INDEX CONCURRENTLY <index>, or drop it and build it again.',
  find: ({ model: { catalog } }) =>
    catalog.tables.flatMap((table) =>
      table.indexes
        .filter(({ isValid }) => !isValid)
        .map(({ name }) => ({
          place: `${catalog.nameOf(table)} ${name}`,
          problem: 'the index is invalid',
          fix: `REINDEX INDEX CONCURRENTLY ${quoteTable(name, table.schema)}, or drop it and build it again.`,
        })),
    ),
};
