import type { JsonSchema } from '../../core/view/json-schema.js';

/** An object of exactly these properties, all of them there unless named as optional. */
export function closed(
  title: string,
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { title, type: 'object', properties, required, additionalProperties: false };
}

const uuid: JsonSchema = { type: 'string', format: 'uuid' };
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const partial: JsonSchema = {
  type: 'boolean',
  description: 'True when a budget ended the work, so that there may be more.',
};

const entityProperties = {
  uuid,
  type: { type: 'string', description: 'The kind of entity, such as order.' },
  status: { type: 'string', enum: ['active', 'archived'] },
} as const;
const keyProperties = {
  fromUuid: uuid,
  relation: { type: 'string', description: 'The first is this of the second, such as parent.' },
  toUuid: uuid,
} as const;

const entity = closed('RelatedEntity', entityProperties);
const edge = closed('GraphEdge', keyProperties);
const node = closed('GraphNode', { ...entityProperties, depth: { type: 'integer' } });

/** An edge with everything that is kept of it. */
export function relationSchema(metadata: JsonSchema): JsonSchema {
  return closed('Relation', { ...keyProperties, ...kept(metadata) });
}

/** A page of edges with what stands at their other ends. */
export function neighboursSchema(metadata: JsonSchema): JsonSchema {
  const item = closed('Neighbour', { ...keyProperties, ...kept(metadata), entity });
  return closed('NeighbourPage', {
    items: list(item),
    nextCursor: { type: ['string', 'null'] },
  });
}

function kept(metadata: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const time: JsonSchema = { type: 'string', format: 'date-time' };
  return { metadata: { ...metadata, type: ['object', 'null'] }, createdAt: time, updatedAt: time };
}

export const relationTypesSchema = closed('RelationTypes', {
  items: list(
    closed('RelationType', {
      name: { type: 'string' },
      inverse: { type: ['string', 'null'], description: 'The name of the same edge backwards.' },
      acyclic: { type: 'boolean', description: 'No entity can become its own ancestor.' },
      undirected: { type: 'boolean', description: 'The edge has no direction.' },
    }),
  ),
});

export const graphSchema = closed('Graph', { nodes: list(node), edges: list(edge), partial });

export const diagramSchema = closed('Diagram', {
  format: { type: 'string', enum: ['mermaid', 'dot'] },
  text: { type: 'string' },
  partial,
});

export const pathSchema = closed('RelationPath', {
  length: { type: ['integer', 'null'], description: 'Number of edges; null for no way.' },
  nodes: list(entity),
  edges: list(edge),
  partial,
});

export const impactSchema = closed('Impact', {
  uuid,
  type: entityProperties.type,
  items: list(
    closed('ImpactItem', {
      kind: { type: 'string', enum: ['reference', 'link', 'relation'] },
      type: { type: 'string', description: 'The kind of what refers, or of the relation.' },
      through: { type: ['string', 'null'], description: 'The property or side that refers.' },
      effect: {
        type: 'string',
        enum: ['blocks', 'cascades', 'clears'],
        description: 'What a delete would meet.',
      },
      count: { type: 'integer', minimum: 0 },
      capped: { type: 'boolean', description: 'There are more than were counted.' },
      examples: list(uuid),
    }),
  ),
});
