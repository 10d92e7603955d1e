import type { DataCheck } from '../data-check.js';
import { sourceOf } from '../row-source.js';
import { isEdgeTable } from '../links.js';

/** An edge with an end that is not in the registry. */
export const edgeDangling: DataCheck = {
  code: 'edge_dangling',
  finds: 'an edge from or to a passport that does not exist',
  fix: 'Repair removes the edge, which cannot be reached and is not an entity.',
  probesOf: ({ catalog }) =>
    catalog.tables.filter(isEdgeTable).map((table) => ({
      place: catalog.nameOf(table),
      source: {
        ...sourceOf(table),
        joins: `LEFT JOIN dual_id.passports a ON a.id = r.from_id
          LEFT JOIN dual_id.passports b ON b.id = r.to_id`,
      },
      wrong: 'a.id IS NULL OR b.id IS NULL',
      facts: ['r.from_id::text', 'r.to_id::text', 'r.type_id::text'],
      message: ([from, to, type]) =>
        `the edge of type ${type} from passport ${from} to ${to} has an end that does not exist`,
      repair: {
        does: ([from, to, type]) => `removes the edge of type ${type} from ${from} to ${to}`,
        holds: ['dual_id.passports'],
        statement: (rows) => `DELETE FROM dual_id.relations t
          USING (SELECT r.ctid AS place ${rows}) s WHERE t.ctid = s.place`,
      },
    })),
};
