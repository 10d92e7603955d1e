import { Inject, Injectable } from '@nestjs/common';
import type { WalkLimits } from './budget.js';
import { WalkBudget } from './budget.js';
import { EdgeReader } from './edge-reader.js';
import type { Step } from './edge-reader.js';
import { readLevel } from './edge-walk.js';
import { Entities } from '../registry/entities.js';
import type { Entity } from '../registry/entities.js';
import { requireLegs } from './filter.js';
import { namedEdges } from './named-edges.js';
import type { NumberedEdge } from './named-edges.js';
import type { EdgeFilter, Graph, GraphNode } from './relation.js';
import { RelationTypes } from './relation-types.js';

/** How far a traversal goes. */
export interface GraphRequest extends EdgeFilter, WalkLimits {
  /** The maximum number of edges between the start and an entity. Default 2. */
  readonly depth?: number | undefined;
  /** The maximum number of entities, including the start. Default 200. */
  readonly limit?: number | undefined;
}

/**
 * Walks from an entity over its edges, level by level, and visits nothing twice, so that cycles end
 * on their own. Deleted entities are neither shown nor walked through. If a budget runs out, the
 * result is what was found so far, marked as `partial`.
 */
@Injectable()
export class Traversal {
  constructor(
    @Inject(RelationTypes) private readonly types: RelationTypes,
    @Inject(Entities) private readonly entities: Entities,
    @Inject(EdgeReader) private readonly reader: EdgeReader,
  ) {}

  /** The entities within a number of hops, nearest first, and every edge found on the way. */
  async graph(uuid: string, request: GraphRequest = {}): Promise<Graph> {
    const legs = await requireLegs(this.types, request);
    const start = await this.entities.get(uuid);
    const walk = { reader: this.reader, legs, budget: new WalkBudget(request) };
    const found = new FoundGraph(start, request.limit ?? 200);
    let isWhole = true;
    for (let depth = 1; depth <= (request.depth ?? 2) && isWhole; depth++) {
      const level = found.takeLevel();
      if (level.length === 0) break;
      isWhole = await readLevel(walk, level, (step) => found.add(step, depth));
    }
    await this.entities.requireOwn([uuid]);
    return {
      nodes: found.nodes,
      edges: await namedEdges(this.types, found.steps),
      partial: !isWhole,
    };
  }
}

/** What a walk has found: each entity once, each edge once. */
class FoundGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #steps = new Map<string, NumberedEdge>();
  #level: string[];

  constructor(
    start: Entity,
    private readonly max: number,
  ) {
    this.#nodes.set(start.id, nodeOf(start, 0));
    this.#level = [start.id];
  }

  get nodes(): readonly GraphNode[] {
    return [...this.#nodes.values()];
  }

  get steps(): readonly NumberedEdge[] {
    return [...this.#steps.values()];
  }

  /** The entities of the last level; those found from now on form the next one. */
  takeLevel(): readonly string[] {
    const level = this.#level;
    this.#level = [];
    return level;
  }

  /** Adds an edge and where it leads; returns false if there is no room for another entity. */
  add({ from, to, type, isOut }: Step, depth: number): boolean {
    if (!this.#nodes.has(to.id)) {
      if (this.#nodes.size >= this.max) return false;
      this.#nodes.set(to.id, nodeOf(to, depth));
      this.#level.push(to.id);
    }
    const origin = this.#nodes.get(from)!.uuid;
    const [fromId, toId] = isOut ? [from, to.id] : [to.id, from];
    const [fromUuid, toUuid] = isOut ? [origin, to.uuid] : [to.uuid, origin];
    this.#steps.set(`${fromId} ${type} ${toId}`, { fromUuid, type, toUuid });
    return true;
  }
}

function nodeOf({ uuid, type, status }: Entity, depth: number): GraphNode {
  return { uuid, type, status, depth };
}
