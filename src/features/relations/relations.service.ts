import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { isStorableJson } from '../../core/database/storable-text.js';
import { problem } from '../../core/errors/problem.js';
import { jsonFault } from '../../core/values/json.js';
import type { EdgeRow, StoredEdge } from './edge-store.js';
import { EdgeStore } from './edge-store.js';
import { Entities } from '../registry/entities.js';
import type { NewRelation, Relation, RelationKey } from './relation.js';
import { RelationTypes } from './relation-types.js';

/** The maximum number of edges that one call writes. */
const maxEdges = 10_000;

/**
 * Writes and reads the edges between entities, by public id. Every call joins the transaction it is
 * made in. In work that is restricted to an owner, both ends have to be the owner's or nobody's.
 */
@Injectable()
export class RelationsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RelationTypes) private readonly types: RelationTypes,
    @Inject(Entities) private readonly entities: Entities,
    @Inject(EdgeStore) private readonly store: EdgeStore,
  ) {}

  /**
   * Creates an edge, or gives an existing one new metadata. Fails with `not_found` or `gone` for an
   * end, `rule_violated` for a relation of an entity to itself, or `relation_cycle`.
   */
  async relate(relation: NewRelation): Promise<Relation> {
    const edge = await this.#stored(relation);
    return this.database.transaction(async () => {
      await this.entities.hold([edge.fromUuid, edge.toUuid]);
      const row = requireWritten([edge], await this.store.put([edge]))[0]!;
      return { ...(await this.#keyOf(edge)), ...row };
    });
  }

  /** Creates edges in one statement, all or none; if two are the same edge, the last one counts. */
  async relateMany(relations: readonly NewRelation[]): Promise<void> {
    if (relations.length > maxEdges) {
      throw problem('rule_violated', {
        detail: `A batch has more than ${maxEdges} relations.`,
      });
    }
    const edges = await Promise.all(
      relations.map((relation, index) => this.#stored(relation, `/${index}`)),
    );
    const distinct = new Map(edges.map((edge) => [this.#sameness(edge), edge]));
    if (distinct.size === 0) return;
    await this.database.transaction(async () => {
      await this.entities.hold(edges.flatMap(({ fromUuid, toUuid }) => [fromUuid, toUuid]));
      const all = [...distinct.values()];
      requireWritten(all, await this.store.put(all));
    });
  }

  /** The edge; `not_found` if there is none or one of its ends was deleted. */
  async get(key: RelationKey): Promise<Relation> {
    const edge = await this.#stored(key);
    const row = await this.store.find(edge);
    if (!row) throw problem('not_found');
    return { ...(await this.#keyOf(edge)), ...row };
  }

  /** Removes the edge; `not_found` if there is none. */
  async unrelate(key: RelationKey): Promise<void> {
    if (!(await this.store.remove(await this.#stored(key)))) throw problem('not_found');
  }

  async #stored({ fromUuid, relation, toUuid, metadata }: NewRelation, place = ''): Promise<Sided> {
    refuseMetadata(metadata, place);
    const reading = await this.types.reading(relation);
    if (!reading) throw problem('not_found', { detail: 'There is no such type of relation.' });
    if (fromUuid === toUuid) {
      throw problem('rule_violated', { detail: 'An entity cannot have a relation to itself.' });
    }
    const { type, isBackwards } = reading;
    const [from, to] = isBackwards ? [toUuid, fromUuid] : [fromUuid, toUuid];
    const isDirected = !type.undirected;
    return {
      fromUuid: from,
      type: type.id,
      toUuid: to,
      metadata: metadata ?? null,
      isDirected,
    };
  }

  async #keyOf({ fromUuid, type, toUuid }: StoredEdge): Promise<RelationKey> {
    const names = await this.types.names([type]);
    return { fromUuid, relation: names.get(type)!, toUuid };
  }

  #sameness({ fromUuid, type, toUuid, isDirected }: Sided): string {
    const ends = isDirected ? [fromUuid, toUuid] : [fromUuid, toUuid].toSorted();
    return [type, ...ends].join(' ');
  }
}

/** An end that was given away since it was looked at is as missing as one that never was. */
function requireWritten(edges: readonly StoredEdge[], rows: readonly EdgeRow[]) {
  if (rows.length < edges.length) throw problem('not_found');
  return rows;
}

/** Refuses values that would be read back differently. */
function refuseMetadata(metadata: NewRelation['metadata'], place: string): void {
  const isText = isStorableJson(JSON.stringify(metadata ?? null));
  const detail = jsonFault(metadata) ?? (isText ? undefined : 'is not a text that can be stored');
  if (detail === undefined) return;
  throw problem('rule_violated', { errors: [{ pointer: `${place}/metadata`, detail }] });
}

/** An edge to store, and whether its direction means anything. */
interface Sided extends StoredEdge {
  readonly isDirected: boolean;
}
