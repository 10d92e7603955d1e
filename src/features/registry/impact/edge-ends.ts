import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import type { ImpactItem } from './impact-report.js';
import { countOf, impactLimits, isCapped } from './impact-report.js';

/** Counts an entity's edges by type and side, if the application uses relations. */
@Injectable()
export class EdgeEnds {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The edges to living entities; `id` is the passport's. */
  async of(id: string): Promise<readonly ImpactItem[]> {
    const [installed] = await this.database.rows(findRelationsTable);
    if (!installed?.[0]) return [];
    const rows = await this.database.rows(edges, [id]);
    return rows.map((row): ImpactItem => {
      const [through, type, count, examples] = row as ['out' | 'in', string, number, string[]];
      return {
        kind: 'relation',
        type,
        through,
        effect: 'blocks',
        count: countOf(count),
        capped: isCapped(count),
        examples,
      };
    });
  }
}

function countedEdges(name: 'out' | 'in'): string {
  const [own, other] = name === 'out' ? ['from_id', 'to_id'] : ['to_id', 'from_id'];
  return `SELECT '${name}', t.name, e.*
    FROM dual_id.relation_types t CROSS JOIN LATERAL (
      SELECT count(*)::int AS count, to_json((array_agg(uuid))[1:${impactLimits.examples}])
      FROM (SELECT p.uuid FROM dual_id.relations r CROSS JOIN LATERAL (
              SELECT uuid FROM dual_id.passports
              WHERE id = r.${other} AND status <> 'deleted' LIMIT 1) p
            WHERE r.${own} = $1 AND r.type_id = t.id
            LIMIT ${impactLimits.counted + 1}) found) e
    WHERE e.count > 0`;
}

const findRelationsTable = statement(`SELECT to_regclass('dual_id.relations') IS NOT NULL`);

const edges = statement(`${countedEdges('out')} UNION ALL ${countedEdges('in')}`);
