import type { ApiTag, OperationText } from '../../core/http/describe.decorators.js';

/** What the API description says of the routes of relations. */
export const relationsTag: ApiTag = {
  name: 'Relations',
  description:
    'Typed edges between any two entities of the registry, such as parent and child, and the graph that they make.',
};

const uuidDescription = 'The public id of the entity.';
const ends = {
  uuid: 'The public id of the entity at the first end.',
  relation: 'A type of relation, by its name or its inverse, such as parent.',
  toUuid: 'The public id of the entity at the other end.',
};

export const relationTypesDocs: OperationText = {
  summary: 'List the types of relations',
  description:
    'Returns every type of relation with its inverse: where one entity is the parent of another, that one is its child.',
};

export const neighboursDocs: OperationText = {
  summary: 'List the relations of an entity',
  description:
    'Returns a page of edges from and to the entity, each with the entity at its other end.',
  parameters: { uuid: uuidDescription },
};

export const edgeDocs: OperationText = {
  summary: 'Get a relation',
  description:
    'Returns one edge with its metadata. The response is 404 when there is none, or when an entity at one of its ends was deleted.',
  parameters: ends,
};

export const putEdgeDocs: OperationText = {
  summary: 'Create or change a relation',
  description:
    'Creates the edge, or replaces the metadata of the one that is there. An edge that would close a cycle of an acyclic type is refused with `relation_cycle`.',
  parameters: ends,
};

export const removeEdgeDocs: OperationText = {
  summary: 'Delete a relation',
  description: 'Deletes the edge; the entities at its ends stay.',
  parameters: ends,
};

export const graphDocs: OperationText = {
  summary: 'Get the graph around an entity',
  description:
    'Returns the entities that can be reached from this one within `depth` edges, and the edges met on the way. `partial` is true when a limit ended the walk.',
  parameters: { uuid: uuidDescription },
};

export const diagramDocs: OperationText = {
  summary: 'Draw the graph around an entity',
  description: 'Returns the same graph as text, in the language of Mermaid or of Graphviz (dot).',
  parameters: { uuid: uuidDescription },
};

export const pathDocs: OperationText = {
  summary: 'Find the shortest path between two entities',
  description:
    'Returns a path with the fewest edges. Its `length` is null when no path was found within `depth` edges.',
  parameters: { uuid: ends.uuid, toUuid: ends.toUuid },
};

export const impactDocs: OperationText = {
  summary: 'Show what refers to an entity',
  description:
    'Returns everything that refers to the entity, by kind: rows with a foreign key, linked rows and relations. Each has a count, up to five public ids, and what a delete would do: be blocked, cascade or clear the reference.',
  parameters: { uuid: uuidDescription },
};
