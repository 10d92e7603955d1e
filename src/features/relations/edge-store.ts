import { Inject, Injectable } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import { PassportScope } from '../../core/reading/passport-scope.js';
import type { ScopedStatement, WriteScoped } from '../../core/reading/scoped-statement.js';
import type { Relation, RelationMetadata } from './relation.js';

/** An edge between two public ids, in the direction in which its type is stored. */
export interface StoredEdge {
  readonly fromUuid: string;
  readonly type: number;
  readonly toUuid: string;
  readonly metadata: RelationMetadata | null;
}

/** The columns of an edge besides its key. */
export type EdgeRow = Pick<Relation, 'metadata' | 'createdAt' | 'updatedAt'>;

/** The statements that write, read and remove single edges, if both ends exist. */
@Injectable()
export class EdgeStore {
  readonly #put: ScopedStatement;
  readonly #find: ScopedStatement;
  readonly #remove: ScopedStatement;

  constructor(@Inject(PassportScope) scope: PassportScope) {
    this.#put = scope.statement(putEdges);
    this.#find = scope.statement(findEdge);
    this.#remove = scope.statement(removeEdge);
  }

  /** Writes edges in one statement; existing edges get the new metadata. */
  async put(edges: readonly StoredEdge[]): Promise<readonly EdgeRow[]> {
    const rows = await this.#put.rows([
      edges.map(({ fromUuid }) => fromUuid),
      edges.map(({ type }) => type),
      edges.map(({ toUuid }) => toUuid),
      edges.map(({ metadata }) => metadata && JSON.stringify(metadata)),
    ]);
    return rows.map((row) => edgeRow(row));
  }

  /** The edge, unless one of its ends was deleted. */
  async find({
    fromUuid,
    type,
    toUuid,
  }: Omit<StoredEdge, 'metadata'>): Promise<EdgeRow | undefined> {
    const [row] = await this.#find.rows([fromUuid, type, toUuid]);
    return row && edgeRow(row);
  }

  /** Removes the edge; returns false if there was none. */
  async remove({ fromUuid, type, toUuid }: Omit<StoredEdge, 'metadata'>): Promise<boolean> {
    return (await this.#remove.execute([fromUuid, type, toUuid])) > 0;
  }
}

/** Reads metadata and times from a row, starting at a position. */
export function edgeRow(row: Row, at = 0): EdgeRow {
  const [metadata, createdAt, updatedAt] = row.slice(at) as [RelationMetadata | null, Date, Date];
  return { metadata, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

/**
 * An undirected edge is stored from the lower passport to the higher, whichever was named first.
 */
const lower = 'CASE WHEN t.undirected THEN least(a.id, b.id) ELSE a.id END';
const higher = 'CASE WHEN t.undirected THEN greatest(a.id, b.id) ELSE b.id END';

/** Rows are written in key order, so that two batches do not deadlock. */
const putEdges: WriteScoped = {
  values: 4,
  text: (andExists) =>
    `INSERT INTO dual_id.relations AS r (from_id, type_id, to_id, acyclic, undirected, metadata)
   SELECT ${lower} AS from_id, t.id, ${higher} AS to_id, t.acyclic, t.undirected, e.metadata
   FROM unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::jsonb[])
          AS e (from_uuid, type, to_uuid, metadata)
   JOIN dual_id.relation_types t ON t.id = e.type
   JOIN dual_id.passports a ON a.uuid = e.from_uuid${andExists('a')}
   JOIN dual_id.passports b ON b.uuid = e.to_uuid${andExists('b')}
   ORDER BY from_id, t.id, to_id
   ON CONFLICT (from_id, type_id, to_id)
     DO UPDATE SET metadata = excluded.metadata, updated_at = now()
   RETURNING r.metadata, r.created_at, r.updated_at`,
};

const tables = 'dual_id.relation_types t, dual_id.passports a, dual_id.passports b';
const sameEdgeSql = `a.uuid = $1 AND t.id = $2 AND b.uuid = $3
  AND (r.from_id, r.type_id, r.to_id) = (${lower}, t.id, ${higher})`;

const findEdge: WriteScoped = {
  values: 3,
  text: (andExists) =>
    `SELECT r.metadata, r.created_at, r.updated_at FROM ${tables}, dual_id.relations r
     WHERE ${sameEdgeSql} AND a.status <> 'deleted' AND b.status <> 'deleted'
       ${andExists('a')}${andExists('b')}`,
};

const removeEdge: WriteScoped = {
  values: 3,
  text: (andExists) =>
    `DELETE FROM dual_id.relations r USING ${tables}
     WHERE ${sameEdgeSql}${andExists('a')}${andExists('b')}`,
};
