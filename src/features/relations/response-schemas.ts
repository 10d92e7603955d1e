import { nextCursor } from '../../core/http/response-schema.js';
import type { JsonSchema } from '../../core/json-schema/json-schema.js';
import { arrayOf, closedModel } from '../../core/json-schema/json-schema.js';

const uuidSchema: JsonSchema = {
  type: 'string',
  format: 'uuid',
  description: 'The public id of the entity.',
};
const partial: JsonSchema = {
  type: 'boolean',
  description: 'Whether a limit ended the work, so that there may be more.',
  examples: [false],
};

const relatedProperties = {
  uuid: uuidSchema,
  type: { type: 'string', description: 'The type of the entity.', examples: ['order'] },
  status: {
    type: 'string',
    enum: ['active', 'archived'],
    description: 'An archived entity is kept but no longer in use.',
  },
} as const;
const keyProperties = {
  fromUuid: { ...uuidSchema, description: 'The public id of the first entity.' },
  relation: {
    type: 'string',
    description: 'What the first entity is of the second, such as its parent.',
    examples: ['parent'],
  },
  toUuid: {
    ...uuidSchema,
    description: 'The public id of the second entity.',
    examples: ['c2d4f7a1-93be-4d60-8e15-7a0b6c48f3d9'],
  },
} as const;

const entity = closedModel('RelatedEntity', relatedProperties);
const edge = closedModel('GraphEdge', keyProperties);
const node = closedModel('GraphNode', {
  ...relatedProperties,
  depth: {
    type: 'integer',
    description: 'How many edges away the entity is.',
    examples: [1],
  },
});

/** An edge with everything that is stored about it. */
export function relationSchema(metadata: JsonSchema): JsonSchema {
  return closedModel('Relation', { ...keyProperties, ...edgeDetails(metadata) });
}

/** A page of edges with the entities at their other ends. */
export function neighboursSchema(metadata: JsonSchema): JsonSchema {
  const item = closedModel('Neighbour', { ...keyProperties, ...edgeDetails(metadata), entity });
  return closedModel('NeighbourPage', {
    items: arrayOf(item, 'The edges of this page.'),
    nextCursor,
  });
}

function edgeDetails(metadata: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const time = (description: string): JsonSchema => ({
    type: 'string',
    format: 'date-time',
    description,
  });
  return {
    metadata: { ...metadata, type: ['object', 'null'] },
    createdAt: time('When the edge was created.'),
    updatedAt: time('When the edge was last changed.'),
  };
}

export const relationTypesSchema = closedModel('RelationTypes', {
  items: arrayOf(
    closedModel('RelationType', {
      name: { type: 'string', description: 'The name of the type.', examples: ['parent'] },
      inverse: {
        type: ['string', 'null'],
        description: 'The name of the same edge read backwards; null when it has none.',
        examples: ['child'],
      },
      acyclic: {
        type: 'boolean',
        description: 'Whether edges may not close a cycle: no entity becomes its own ancestor.',
      },
      undirected: {
        type: 'boolean',
        description: 'Whether the edge is the same from either end.',
        examples: [false],
      },
    }),
    'Every type of relation.',
  ),
});

export const graphSchema = closedModel('Graph', {
  nodes: arrayOf(node, 'The entities, the nearest first.'),
  edges: arrayOf(edge, 'The edges met on the way.'),
  partial,
});

export const diagramSchema = closedModel('Diagram', {
  format: {
    type: 'string',
    enum: ['mermaid', 'dot'],
    description: 'The language of the text.',
  },
  text: {
    type: 'string',
    description: 'The drawing of the graph.',
    examples: ['flowchart LR\n  n0["order"]\n  n1["order"]\n  n0 -->|"parent"| n1\n'],
  },
  partial,
});

export const pathSchema = closedModel('RelationPath', {
  length: {
    type: ['integer', 'null'],
    description: 'The number of edges; null when no path was found.',
    examples: [1],
  },
  nodes: arrayOf(entity, 'The entities of the path, from the first to the last.'),
  edges: arrayOf(edge, 'The edges of the path, in the same order.'),
  partial,
});

export const impactSchema = closedModel('Impact', {
  uuid: uuidSchema,
  type: { ...relatedProperties.type, examples: ['user'] },
  items: arrayOf(
    closedModel('ImpactItem', {
      kind: {
        type: 'string',
        enum: ['reference', 'link', 'relation'],
        description: 'How it refers: by a foreign key, as a linked row, or by a relation.',
      },
      type: {
        type: 'string',
        description: 'The type of what refers, or of the relation.',
        examples: ['order'],
      },
      through: {
        type: ['string', 'null'],
        description: 'The property that refers, or the end of the relation.',
        examples: ['user'],
      },
      effect: {
        type: 'string',
        enum: ['blocks', 'cascades', 'clears'],
        description: 'What it does to a delete: block it, go with it, or lose the reference.',
      },
      count: { type: 'integer', minimum: 0, description: 'How many refer.', examples: [12] },
      capped: {
        type: 'boolean',
        description: 'Whether there are more than were counted.',
        examples: [false],
      },
      examples: arrayOf(uuidSchema, 'The public ids of up to five of them.'),
    }),
    'What refers to the entity, by kind.',
  ),
});
