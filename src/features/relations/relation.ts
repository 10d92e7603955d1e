import type { PublicId } from '../../core/ids/ids.js';
import type { Passport, PassportStatus } from '../../core/passport/passport.entity.js';

/** Names one edge: `fromUuid` is the `relation` of `toUuid`. An inverse name reads backwards. */
export interface RelationKey {
  readonly fromUuid: PublicId<Passport> | string;
  readonly relation: string;
  readonly toUuid: PublicId<Passport> | string;
}

/** What an edge may carry besides its ends; the application declares the shape. */
export type RelationMetadata = Readonly<Record<string, unknown>>;

/** An edge to write. */
export interface NewRelation extends RelationKey {
  readonly metadata?: RelationMetadata | null | undefined;
}

/** An edge as stored, read from its first end. */
export interface Relation extends RelationKey {
  readonly metadata: RelationMetadata | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a graph shows of an entity. Its name is not shown: a UUID is not permission. */
export interface EntityReference {
  readonly uuid: string;
  /** Name of the platform type, such as `order`. */
  readonly type: string;
  readonly status: Exclude<PassportStatus, 'deleted'>;
}

/** An edge of an entity, and the entity at its other end. */
export interface Neighbour extends Relation {
  readonly entity: EntityReference;
}

/**
 * Which way edges are followed: `out` follows those whose first end is the entity, `in` those whose
 * second end it is. Undirected edges are followed either way.
 */
export type Direction = 'out' | 'in' | 'both';

/** Which edges to follow. */
export interface EdgeFilter {
  /** One type, by its name or its inverse; `out` and `in` refer to the given name. */
  readonly relation?: string | undefined;
  /** Default `both`. */
  readonly direction?: Direction | undefined;
}

/** An entity of a graph, and over how many edges it was reached. */
export interface GraphNode extends EntityReference {
  readonly depth: number;
}

/** Entities and the edges found on the way to them. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly RelationKey[];
  /** Whether a budget ended the walk, so that there may be more. */
  readonly partial: boolean;
}

/** A shortest path between two entities. */
export interface RelationPath {
  /** Number of edges; null if no path was found. */
  readonly length: number | null;
  readonly nodes: readonly EntityReference[];
  readonly edges: readonly RelationKey[];
  /** Whether a budget ended the search, so that there may be a path, or a shorter one. */
  readonly partial: boolean;
}
