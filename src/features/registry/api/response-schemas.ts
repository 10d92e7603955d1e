import { nextCursor } from '../../../core/http/response-schema.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { arrayOf, closedModel, closedObject } from '../../../core/json-schema/json-schema.js';
import { matches } from '../search/search-request.js';

const resolvedProperties = {
  uuid: { type: 'string', format: 'uuid', description: 'The public id of the entity.' },
  type: { type: 'string', description: 'The type of the entity.', examples: ['product'] },
} as const;
const statusSchema = {
  type: 'string',
  enum: ['active', 'archived'],
  description: 'An archived entity is kept but no longer in use.',
} as const;
const href = {
  href: {
    type: ['string', 'null'],
    description: 'The address of the entity in this API, or null when it has none.',
    examples: ['/products/0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e'],
  },
} as const;
const entry = {
  ...resolvedProperties,
  name: {
    type: ['string', 'null'],
    description: 'The name of the entity; null when it has none.',
    examples: ['Whole Milk'],
  },
  status: statusSchema,
  createdAt: {
    type: 'string',
    format: 'date-time',
    description: 'When the entity was created.',
  },
  ...href,
} as const;
const found = closedModel('FoundEntry', {
  ...entry,
  match: { type: 'string', enum: matches, description: 'How the name matched.' },
});
const countSchema = (kind: string, example: number): JsonSchema => ({
  type: ['integer', 'null'],
  description: `How many are ${kind}; null when they are too few to be in the statistics.`,
  examples: [example],
});

/** What one public id is. */
export const resolution = closedObject({
  ...resolvedProperties,
  status: statusSchema,
  ...href,
});

export const entryPage = closedModel('RegistryPage', {
  items: arrayOf(closedModel('RegistryEntry', entry), 'The entities of this page.'),
  nextCursor,
});

export const foundPage = closedModel('FoundPage', {
  items: arrayOf(found, 'The best matches first.'),
  nextCursor,
  capped: {
    type: 'boolean',
    description:
      'Whether more than 5,000 names match, of which the exact ones and the newest 1,000 were ranked.',
    examples: [false],
  },
});

export const foundItems = closedModel('FoundEntries', {
  items: arrayOf(found, 'At most ten, the best matches first.'),
});

export const countsSchema = closedModel('RegistryCounts', {
  basis: {
    type: 'string',
    enum: ['exact', 'statistics'],
    description:
      'Whether the entities were counted, or estimated from the statistics of the database.',
  },
  asOf: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'When they were counted or the statistics taken; null when there are none yet.',
  },
  items: arrayOf(
    closedModel('TypeCount', {
      type: resolvedProperties.type,
      active: countSchema('active', 1204),
      archived: countSchema('archived', 31),
      deleted: countSchema('deleted', 7),
    }),
    'One item for each type.',
  ),
});

export const resolutions = closedModel('Resolutions', {
  items: arrayOf(
    closedModel('BatchResolution', {
      uuid: resolvedProperties.uuid,
      code: {
        type: 'integer',
        enum: [200, 404, 410],
        description:
          'The status that `GET /resolve/{uuid}` returns: 200, 404 for a UUID that was never given out, or 410 for a deleted entity.',
      },
      type: { ...resolvedProperties.type, type: ['string', 'null'] },
      status: { ...statusSchema, type: ['string', 'null'], enum: [...statusSchema.enum, null] },
      ...href,
    }),
    'One item for each public id, in the order of the request.',
  ),
});
