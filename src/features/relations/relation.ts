import type { PublicId } from '../../core/ids/ids.js';
import type { Passport, PassportStatus } from '../../core/passport/passport.entity.js';

/** Names one edge: `fromUuid` is the `relation` of `toUuid`. An inverse name reads backwards. */
export interface RelationKey {
  readonly fromUuid: PublicId<Passport> | string;
  readonly relation: string;
  readonly toUuid: PublicId<Passport> | string;
}

/** What an edge may carry beside its ends; the application declares the shape. */
export type RelationMetadata = Readonly<Record<string, unknown>>;

/** An edge to write. */
export interface NewRelation extends RelationKey {
  readonly metadata?: RelationMetadata | null | undefined;
}

/** An edge as it is kept, read from its first end. */
export interface Relation extends RelationKey {
  readonly metadata: RelationMetadata | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a graph tells of an entity. Its name stays inside: a UUID is not permission. */
export interface EntityReference {
  readonly uuid: string;
  /** Name of the platform type, such as `order`. */
  readonly type: string;
  readonly status: Exclude<PassportStatus, 'deleted'>;
}

/** An edge of an entity, and what stands at its other end. */
export interface Neighbour extends Relation {
  readonly entity: EntityReference;
}

/**
 * Which way edges are followed: `out` over those the entity is the first end of, `in` over those
 * it is the second end of. Undirected edges are followed either way.
 */
export type Direction = 'out' | 'in' | 'both';

/** Which edges are looked at. */
export interface EdgeFilter {
  /** One type, by its name or its inverse; `out` and `in` are meant of the name that is given. */
  readonly relation?: string | undefined;
  /** Default `both`. */
  readonly direction?: Direction | undefined;
}

/** An entity of a graph, and over how many edges it was reached. */
export interface GraphNode extends EntityReference {
  readonly depth: number;
}

/** Entities and the edges met on the way to them. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly RelationKey[];
  /** True when a budget ended the walk, so that there may be more. */
  readonly partial: boolean;
}

/** A shortest way between two entities. */
export interface RelationPath {
  /** Number of edges; null when no way was found. */
  readonly length: number | null;
  readonly nodes: readonly EntityReference[];
  readonly edges: readonly RelationKey[];
  /** True when a budget ended the search: there may be a way, or a shorter one. */
  readonly partial: boolean;
}
