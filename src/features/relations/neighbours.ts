import { Inject, Injectable } from '@nestjs/common';
import { currentOwner } from '../../core/access/access-context.js';
import type { Row } from '../../core/database/row.js';
import { cutPage } from '../../core/page/cut-page.js';
import { CursorCipher, invalidCursor } from '../../core/page/cursor.js';
import type { Page } from '../../core/page/page.js';
import { pageLimits } from '../../core/page/page.js';
import { PassportScope } from '../../core/reading/passport-scope.js';
import type {
  AndExists,
  ScopedStatement,
  WriteScoped,
} from '../../core/reading/scoped-statement.js';
import { edgeRow } from './edge-store.js';
import { Entities } from '../registry/entities.js';
import { requireLegs } from './filter.js';
import type { EdgeFilter, EntityReference, Neighbour } from './relation.js';
import type { EdgeTypes } from './relation-types.js';
import { RelationTypes } from './relation-types.js';

/** The parameters of a page of an entity's edges. */
export interface NeighboursRequest extends EdgeFilter {
  /** The maximum number of edges, 1 to 100; 20 by default. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. */
  readonly after?: string | undefined;
}

/** Where a page ended: the side, the type and the passport at the other end. */
interface EdgePosition {
  readonly side: 'out' | 'in';
  readonly type: number;
  readonly other: string;
}

/**
 * Pages of an entity's edges: first those that start at it, then the others, by type. Every page
 * costs the same, however deep it is. Edges to deleted entities are not shown, and in work that is
 * restricted to an owner neither are edges to entities of others.
 */
@Injectable()
export class Neighbours {
  readonly #page: ScopedStatement;

  constructor(
    @Inject(PassportScope) scope: PassportScope,
    @Inject(CursorCipher) private readonly cursors: CursorCipher,
    @Inject(RelationTypes) private readonly types: RelationTypes,
    @Inject(Entities) private readonly entities: Entities,
  ) {
    this.#page = scope.statement(pageOfEdges);
  }

  async page(uuid: string, request: NeighboursRequest = {}): Promise<Page<Neighbour>> {
    const { limit = pageLimits.default, after } = request;
    const question = edgeQuestion(uuid, request);
    const position = after === undefined ? undefined : this.#position(after, question);
    const legs = await requireLegs(this.types, request);
    const { id } = await this.entities.get(uuid);
    const rows = await this.#page.rows([id, ...ranges(legs, position), limit + 1]);
    await this.entities.requireOwn([uuid]);
    const { shown, last } = cutPage(rows, limit);
    return {
      items: shown.map((row) => readNeighbour(row, uuid)),
      nextCursor: last ? this.cursors.seal(edgeKeyOf(last), question) : null,
    };
  }

  #position(cursor: string, question: string): EdgePosition {
    const [side, type, other] = this.cursors.open(cursor, question);
    if ((side !== 'out' && side !== 'in') || !other) throw invalidCursor();
    return { side, type: Number(type), other };
  }
}

/** A cursor leads on only in work for which the same entities exist. */
function edgeQuestion(uuid: string, { relation, direction }: NeighboursRequest): string {
  const asked = ['relations', uuid, relation ?? null, direction ?? 'both'];
  return JSON.stringify([...asked, currentOwner() ?? null]);
}

/** What is left of both sides after a position, and where the first of them continues. */
function ranges(legs: EdgeTypes, position: EdgePosition | undefined): unknown[] {
  const left = (side: 'out' | 'in') => {
    if (!position || (side === 'in' && position.side === 'out')) return legs[side];
    if (side !== position.side) return [];
    return legs[side].filter((type) => type >= position.type);
  };
  return [left('out'), left('in'), position?.side ?? '', position?.type ?? 0, position?.other ?? 0];
}

function edgeKeyOf(row: Row): string[] {
  const [isOut, type, other] = row as [boolean, number, string];
  return [isOut ? 'out' : 'in', String(type), other];
}

/** An undirected edge is shown from the entity that was asked about. */
function readNeighbour(row: Row, uuid: string): Neighbour {
  const [isOut, , , relation, isUndirected, other, type, status] = row as [
    ...[boolean, number, string, string, boolean, string, string],
    EntityReference['status'],
  ];
  const [fromUuid, toUuid] = isOut || isUndirected ? [uuid, other] : [other, uuid];
  const entity = { uuid: other, type, status };
  return { fromUuid, relation, toUuid, ...edgeRow(row, 8), entity };
}

/**
 * One side. Each type is walked separately in index order, so that no page sorts what it does not
 * show; the passport is looked up edge by edge, whatever the planner estimates.
 */
function shownEdges(name: 'out' | 'in', types: string, andExists: AndExists): string {
  const [own, other] = name === 'out' ? ['from_id', 'to_id'] : ['to_id', 'from_id'];
  return `SELECT ${name === 'out'} AS is_out, e.*
    FROM unnest(${types}::smallint[]) AS leg (type_id) CROSS JOIN LATERAL (
      SELECT r.type_id, r.${other} AS other_id, r.undirected, p.uuid, p.platform_type_id, p.status,
             r.metadata, r.created_at, r.updated_at
      FROM dual_id.relations r CROSS JOIN LATERAL (
        SELECT q.uuid, q.platform_type_id, q.status FROM dual_id.passports q
        WHERE q.id = r.${other} AND q.status <> 'deleted'${andExists('q')} LIMIT 1) p
      WHERE r.${own} = $1 AND r.type_id = leg.type_id
        AND r.${other} > CASE WHEN $4 = '${name}' AND leg.type_id = $5 THEN $6::bigint ELSE 0 END
      ORDER BY r.${other} LIMIT $7) e`;
}

/** One page of edges; exported for the test that checks its plan. */
export const pageOfEdges: WriteScoped = {
  values: 7,
  text: (andExists) =>
    `SELECT e.is_out, e.type_id, e.other_id, t.name, e.undirected, e.uuid, k.name, e.status,
          e.metadata, e.created_at, e.updated_at
   FROM (SELECT * FROM (${shownEdges('out', '$2', andExists)}
         UNION ALL ${shownEdges('in', '$3', andExists)}) both_sides
         ORDER BY is_out DESC, type_id, other_id LIMIT $7) e
   JOIN dual_id.relation_types t ON t.id = e.type_id
   JOIN dual_id.platform_types k ON k.id = e.platform_type_id
   ORDER BY e.is_out DESC, e.type_id, e.other_id`,
};
