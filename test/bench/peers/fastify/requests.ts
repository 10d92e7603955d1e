/** The columns of E1. */
export const facts = `o.uuid, o.number, o.status, o.day_of_week AS "dayOfWeek",
  o.hour_of_day AS "hourOfDay", o.created_at AS "createdAt"`;

/** The parameter of every read. */
export const id = {
  type: 'object',
  properties: { uuid: { type: 'string', format: 'uuid' } },
} as const;

export const pageQuery = {
  type: 'object',
  properties: { limit: { type: 'integer', minimum: 1, maximum: 100 }, after: { type: 'string' } },
} as const;

export const newOrderSchema = {
  type: 'object',
  required: ['userUuid', 'items'],
  properties: {
    userUuid: { type: 'string', format: 'uuid' },
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      items: {
        type: 'object',
        required: ['productUuid', 'quantity'],
        properties: {
          productUuid: { type: 'string', format: 'uuid' },
          quantity: { type: 'integer', minimum: 1, maximum: 999 },
        },
      },
    },
  },
} as const;
