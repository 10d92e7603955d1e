import type { RelationKey } from './relation.js';
import type { RelationTypes } from './relation-types.js';

/** An edge whose type is still a number. */
export interface NumberedEdge {
  readonly fromUuid: string;
  readonly type: number;
  readonly toUuid: string;
}

/** Adds the names of their types to edges. */
export async function namedEdges(
  types: RelationTypes,
  edges: readonly NumberedEdge[],
): Promise<RelationKey[]> {
  const names = await types.names(edges.map(({ type }) => type));
  return edges.map(({ fromUuid, type, toUuid }) => ({
    fromUuid,
    relation: names.get(type)!,
    toUuid,
  }));
}
