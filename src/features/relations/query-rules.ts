const directions = ['out', 'in', 'both'] as const;

/** Which edges to follow. */
export const edgeRules = {
  relation: {
    type: 'string',
    format: 'relation',
    maxLength: 50,
    description: 'Only relations of this type, by its name or its inverse.',
  },
  direction: {
    type: 'string',
    enum: directions,
    default: 'both',
    description: '`out` for edges from the entity, `in` for edges to it, or `both`.',
  },
} as const;

export const depthRule = {
  depth: {
    type: 'integer',
    minimum: 1,
    maximum: 6,
    description: 'The maximum distance from the entity, in edges.',
  },
} as const;

export const graphRules = {
  ...edgeRules,
  ...depthRule,
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 200,
    description: 'The maximum number of entities that are returned.',
  },
} as const;

export const diagramRules = {
  ...graphRules,
  format: {
    type: 'string',
    enum: ['mermaid', 'dot'],
    default: 'mermaid',
    description: 'The language of the diagram.',
  },
} as const;
