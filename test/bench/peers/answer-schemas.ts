/** What the hand-written peers answer; the library makes its own schemas from views. */
const facts = {
  uuid: { type: 'string' },
  number: { type: 'integer' },
  status: { type: 'string' },
  dayOfWeek: { type: 'integer' },
  hourOfDay: { type: 'integer' },
  createdAt: { type: 'string', format: 'date-time' },
} as const;

export const factsSchema = { type: 'object', properties: facts } as const;

export const ownedSchema = {
  type: 'object',
  properties: { ...facts, userUuid: { type: 'string' } },
} as const;

export const pageSchema = {
  type: 'object',
  properties: {
    items: { type: 'array', items: ownedSchema },
    nextCursor: { type: ['string', 'null'] },
  },
} as const;

const item = {
  type: 'object',
  properties: {
    productUuid: { type: 'string' },
    quantity: { type: 'integer' },
    unitPrice: { type: 'string' },
    addToCartOrder: { type: 'integer' },
    reordered: { type: 'boolean' },
    name: { type: 'string' },
  },
} as const;

export const placedSchema = {
  type: 'object',
  properties: {
    ...ownedSchema.properties,
    daysSincePriorOrder: { type: ['integer', 'null'] },
    updatedAt: { type: 'string', format: 'date-time' },
    itemCount: { type: 'integer' },
    total: { type: 'string' },
    items: { type: 'array', items: item },
  },
} as const;
