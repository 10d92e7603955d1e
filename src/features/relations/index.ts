export { toDot, toMermaid } from './diagrams.js';
export type { NodeLabel } from './diagrams.js';
export { Neighbours } from './neighbours.js';
export type { NeighboursRequest } from './neighbours.js';
export type {
  Direction,
  EdgeFilter,
  EntityReference,
  Graph,
  GraphNode,
  Neighbour,
  NewRelation,
  Relation,
  RelationKey,
  RelationMetadata,
  RelationPath,
} from './relation.js';
export { RelationTypes } from './relation-types.js';
export type { KnownRelationType as KnownType } from './relation-types.js';
export { RelationsModule } from './relations.module.js';
export { RelationNote } from './relations.options.js';
export type { RelationsOptions } from './relations.options.js';
export {
  addRelationType,
  dropRelationType,
  grantRelations,
  installRelations,
  uninstallRelations,
} from './relations.schema.js';
export { RelationsService } from './relations.service.js';
export { ShortestPath } from './shortest-path.js';
export type { PathRequest } from './shortest-path.js';
export { Traversal } from './traversal.js';
export type { GraphRequest } from './traversal.js';
export type { RelationType } from './default-types.js';
export { defaultRelationTypes } from './default-types.js';
