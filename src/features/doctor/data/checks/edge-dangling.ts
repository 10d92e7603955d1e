import type { DataCheck } from '../data-check.js';
import { sourceOf } from '../data-model.js';
import { isEdgeTable } from '../links.js';

/** An edge between entities of which one is not in the registry. */
export const edgeDangling: DataCheck = {
  code: 'edge_dangling',
  finds: 'an edge of the relations that leads from or to no passport',
  cure: 'Repair removes the edge, which nobody can reach; it is no entity of its own.',
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
      says: ([from, to, type]) =>
        `the edge of type ${type} from passport ${from} to ${to} has an end that is not there`,
      repair: {
        does: ([from, to, type]) => `removes the edge of type ${type} from ${from} to ${to}`,
        holds: ['dual_id.passports'],
        statement: (rows) => `DELETE FROM dual_id.relations t
          USING (SELECT r.ctid AS place ${rows}) s WHERE t.ctid = s.place`,
      },
    })),
};
