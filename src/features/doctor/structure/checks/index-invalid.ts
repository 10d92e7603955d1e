import { quoteTable } from '../../../../core/schema/names.js';
import type { StructureCheck } from '../structure-check.js';

/** What a concurrent build that failed leaves behind: it costs writes and serves nothing. */
export const indexInvalid: StructureCheck = {
  code: 'index_invalid',
  finds: 'an index whose concurrent build did not end',
  cure: 'REINDEX INDEX CONCURRENTLY <index>, or drop it and build it again.',
  find: ({ model: { catalog } }) =>
    catalog.tables.flatMap((table) =>
      table.indexes
        .filter(({ isValid }) => !isValid)
        .map(({ name }) => ({
          place: `${catalog.nameOf(table)} ${name}`,
          problem: 'the index is invalid',
          cure: `REINDEX INDEX CONCURRENTLY ${quoteTable(name, table.schema)}, or drop it and build it again.`,
        })),
    ),
};
