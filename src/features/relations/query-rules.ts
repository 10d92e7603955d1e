import { pageLimits } from '../../core/page/page.js';

const directions = ['out', 'in', 'both'] as const;

/** Which edges are looked at. */
export const edgeRules = {
  relation: {
    type: 'string',
    format: 'relation',
    maxLength: 50,
    description: 'One type of relation, by its name or its inverse.',
  },
  direction: {
    type: 'string',
    enum: directions,
    default: 'both',
    description: '`out`: it is the relation of the other; `in`: the other is of it.',
  },
} as const;

export const pageRules = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: pageLimits.most,
    default: pageLimits.default,
    description: 'The maximum number of items on a page.',
  },
  after: { type: 'string', description: '`nextCursor` of the page before.' },
} as const;

export const depthRule = {
  depth: {
    type: 'integer',
    minimum: 1,
    maximum: 6,
    description: 'The maximum number of edges from the entity.',
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
    description: 'The maximum number of entities.',
  },
} as const;

export const diagramRules = {
  ...graphRules,
  format: {
    type: 'string',
    enum: ['mermaid', 'dot'],
    default: 'mermaid',
    description: 'Its language.',
  },
} as const;
