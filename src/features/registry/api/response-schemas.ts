import type { JsonSchema } from '../../../core/view/json-schema.js';
import { matches } from '../search/search-request.js';

const closed = (title: string, properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  title,
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const place = {
  uuid: { type: 'string', format: 'uuid' },
  type: { type: 'string', description: 'The kind of entity, such as order.' },
} as const;
const href = {
  href: { type: ['string', 'null'], description: 'Its address, or null when it has none.' },
} as const;
const entry = {
  ...place,
  name: { type: ['string', 'null'] },
  status: { type: 'string', enum: ['active', 'archived'] },
  createdAt: { type: 'string', format: 'date-time' },
  ...href,
} as const;
const nextCursor = { type: ['string', 'null'] } as const;
const found = closed('FoundEntry', {
  ...entry,
  match: { type: 'string', enum: matches, description: 'How the name matched.' },
});
const count = {
  type: ['integer', 'null'],
  description: 'Null when there are too few to be in the statistics.',
} as const;

export const entryPage = closed('RegistryPage', {
  items: { type: 'array', items: closed('RegistryEntry', entry) },
  nextCursor,
});

export const foundPage = closed('FoundPage', {
  items: { type: 'array', items: found },
  nextCursor,
  capped: {
    type: 'boolean',
    description: 'More than 5000 names match; the exact and the newest 1000 of them were ranked.',
  },
});

export const foundItems = closed('FoundEntries', { items: { type: 'array', items: found } });

export const countsSchema = closed('RegistryCounts', {
  basis: {
    type: 'string',
    enum: ['exact', 'statistics'],
    description: 'Counted, or estimated from the statistics of the database.',
  },
  asOf: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'When that was; null when there are no statistics yet.',
  },
  items: {
    type: 'array',
    items: closed('TypeCount', {
      type: place.type,
      active: count,
      archived: count,
      deleted: count,
    }),
  },
});

export const resolutions = closed('Resolutions', {
  items: {
    type: 'array',
    items: closed('BatchResolution', {
      uuid: place.uuid,
      code: {
        type: 'integer',
        enum: [200, 404, 410],
        description: 'What `GET /resolve/:uuid` would answer: 200, 404 for nobody, 410 for gone.',
      },
      type: { type: ['string', 'null'] },
      status: { type: ['string', 'null'], enum: ['active', 'archived', null] },
      ...href,
    }),
  },
});
