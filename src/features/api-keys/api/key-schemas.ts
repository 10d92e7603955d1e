import { pageSchema } from '../../../core/http/response-schema.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';

const publicUuid = { type: 'string', format: 'uuid' } as const;
const uuidOrNull = { type: ['string', 'null'], format: 'uuid' } as const;
const timeOrNull = { type: ['string', 'null'], format: 'date-time' } as const;

const properties = {
  uuid: { ...publicUuid, description: 'The public id of the key.' },
  name: {
    type: 'string',
    description: 'By which people recognize the key.',
    examples: ['nightly export'],
  },
  start: {
    type: 'string',
    description: 'The beginning of the token, by which people recognize it.',
    examples: ['shop_live_4Qf'],
  },
  environment: {
    type: 'string',
    description: 'Where the key is valid.',
    examples: ['live'],
  },
  scopes: {
    type: 'array',
    items: { type: 'string' },
    description: 'What the key is limited to.',
    examples: [['orders:read']],
  },
  principalUuid: {
    ...uuidOrNull,
    description: 'For whom the key acts; null if it acts for nobody.',
  },
  guestOf: {
    type: ['object', 'null'],
    description: 'The row that a guest has access to; null for every other key.',
    properties: { type: { type: 'string', examples: ['cart'] }, uuid: publicUuid },
    required: ['type', 'uuid'],
    additionalProperties: false,
  },
  importedFrom: {
    type: ['string', 'null'],
    description: 'The system that issued the key, if it was imported.',
    examples: [null],
  },
  createdAt: { type: 'string', format: 'date-time', description: 'When the key was created.' },
  expiresAt: { ...timeOrNull, description: 'When the key ends; null if it does not.' },
  revokedAt: { ...timeOrNull, description: 'When the key was revoked; null if it was not.' },
  rotatedAt: { ...timeOrNull, description: 'When another key took its place.' },
  graceUntil: { ...timeOrNull, description: 'Until when a rotated key is still valid.' },
  replacedByUuid: { ...uuidOrNull, description: 'The key that took the place of a rotated one.' },
  lastUsedAt: { ...timeOrNull, description: 'Accurate to about a minute.' },
} as const;

/** A key as the API shows it. */
export const keySchema: JsonSchema = {
  title: 'ApiKey',
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
};

/** A page of keys. */
export const keysPageSchema = pageSchema(keySchema);

/** A new key with its token. */
export const issuedKeySchema: JsonSchema = {
  title: 'IssuedApiKey',
  type: 'object',
  properties: {
    ...properties,
    token: {
      type: 'string',
      description: 'To be sent as `Authorization: Bearer <token>`.',
      examples: ['shop_live_4Qf…'],
    },
  },
  required: [...Object.keys(properties), 'token'],
  additionalProperties: false,
};
