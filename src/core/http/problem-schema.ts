import type { JsonSchema } from '../view/json-schema.js';

/** The media type of RFC 9457. */
export const problemMediaType = 'application/problem+json';

/** Exactly what a problem document may contain. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'A problem (RFC 9457). `code` is stable; `detail` ends with the next step.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    currentVersion: { type: 'integer' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          parameter: { type: 'string' },
          header: { type: 'string' },
          detail: { type: 'string' },
        },
        required: ['detail'],
        additionalProperties: false,
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
  additionalProperties: false,
};
