import { Inject, Injectable } from '@nestjs/common';
import type { WalkLimits } from './budget.js';
import { WalkBudget } from './budget.js';
import { EdgeReader } from './edge-reader.js';
import { readLevel } from './edge-walk.js';
import { Entities } from '../registry/entities.js';
import { requireLegs } from './filter.js';
import type { PathHalf } from './frontier.js';
import { Frontier } from './frontier.js';
import { namedEdges } from './named-edges.js';
import type { EdgeFilter, RelationPath } from './relation.js';
import { RelationTypes } from './relation-types.js';

/** How far a search for a path goes. */
export interface PathRequest extends EdgeFilter, WalkLimits {
  /** The maximum number of edges of the path. Default 6. */
  readonly depth?: number | undefined;
}

/** Finds shortest paths between entities, walking from both ends towards the middle. */
@Injectable()
export class ShortestPath {
  constructor(
    @Inject(RelationTypes) private readonly types: RelationTypes,
    @Inject(Entities) private readonly entities: Entities,
    @Inject(EdgeReader) private readonly reader: EdgeReader,
  ) {}

  /** A path with the fewest edges from one entity to another, over living entities only. */
  async between(uuid: string, otherUuid: string, request: PathRequest = {}): Promise<RelationPath> {
    const legs = await requireLegs(this.types, request);
    const start = await this.entities.get(uuid);
    const end = await this.entities.get(otherUuid);
    const budget = new WalkBudget(request);
    const there = new Frontier(start, legs);
    const back = new Frontier(end, { out: legs.in, in: legs.out });
    let isWhole = true;
    let middle = start.id === end.id ? start.id : undefined;
    while (middle === undefined && isWhole && there.depth + back.depth < (request.depth ?? 6)) {
      const [side, other] = there.width <= back.width ? [there, back] : [back, there];
      if (side.width === 0) break;
      const walk = { reader: this.reader, legs: side.legs, budget };
      isWhole = await readLevel(walk, side.takeLevel(), (step) => side.add(step));
      middle = side.nearestOf(other);
    }
    await this.entities.requireOwn([...new Set([uuid, otherUuid])]);
    if (middle === undefined) return { length: null, nodes: [], edges: [], partial: !isWhole };
    return this.#path(there.wayTo(middle), back.wayTo(middle), !isWhole);
  }

  async #path(there: PathHalf, back: PathHalf, partial: boolean): Promise<RelationPath> {
    // Both paths end in the middle; the second is walked backwards from there.
    const entities = [...there.entities, ...back.entities.toReversed().slice(1)];
    const steps = [...there.edges, ...back.edges.toReversed()];
    const edges = await namedEdges(this.types, steps);
    const nodes = entities.map(({ uuid, type, status }) => ({ uuid, type, status }));
    return { length: edges.length, nodes, edges, partial };
  }
}
