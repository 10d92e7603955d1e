import type { Step } from './edge-reader.js';
import type { Entity } from '../registry/entities.js';
import type { NumberedEdge } from './named-edges.js';
import type { EdgeTypes } from './relation-types.js';

/** How an entity was first reached. */
interface Reached {
  readonly entity: Entity;
  readonly depth: number;
  readonly step: Step | undefined;
}

/** The entities from one end of a search to its middle, and the edges between them. */
export interface PathHalf {
  readonly entities: readonly Entity[];
  readonly edges: readonly NumberedEdge[];
}

/** One side of a search: what it has reached, and how. */
export class Frontier {
  readonly #reached = new Map<string, Reached>();
  #level: string[];
  #depth = 0;

  constructor(
    start: Entity,
    readonly legs: EdgeTypes,
  ) {
    this.#reached.set(start.id, { entity: start, depth: 0, step: undefined });
    this.#level = [start.id];
  }

  /** Edges between the start and the entities of the last level. */
  get depth(): number {
    return this.#depth;
  }

  /** Entities of the last level. */
  get width(): number {
    return this.#level.length;
  }

  /** Starts the next level: entities added from now on are one edge further away. */
  takeLevel(): readonly string[] {
    const level = this.#level;
    this.#level = [];
    this.#depth += 1;
    return level;
  }

  /** Notes where an edge leads. There is always room. */
  add(step: Step): true {
    const { id } = step.to;
    if (!this.#reached.has(id)) {
      this.#reached.set(id, { entity: step.to, depth: this.#depth, step });
      this.#level.push(id);
    }
    return true;
  }

  /** Of the entities of the last level, the one the other side reached over the fewest edges. */
  nearestOf(other: Frontier): string | undefined {
    const met = this.#level.filter((id) => other.#reached.has(id));
    const distance = (id: string) => other.#reached.get(id)!.depth;
    return met.reduce<string | undefined>(
      (best, id) => (best === undefined || distance(id) < distance(best) ? id : best),
      undefined,
    );
  }

  /** The entities from the start to a reached one, and the edges between them. */
  wayTo(id: string): PathHalf {
    const entities: Entity[] = [];
    const edges: NumberedEdge[] = [];
    for (let at = this.#reached.get(id)!; ; at = this.#reached.get(at.step!.from)!) {
      entities.unshift(at.entity);
      if (!at.step) return { entities, edges };
      const near = this.#reached.get(at.step.from)!.entity.uuid;
      const [fromUuid, toUuid] = at.step.isOut ? [near, at.entity.uuid] : [at.entity.uuid, near];
      edges.unshift({ fromUuid, type: at.step.type, toUuid });
    }
  }
}
