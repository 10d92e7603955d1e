import type { JsonSchema } from '../json-schema/json-schema.js';

/** The media type of RFC 9457. */
export const problemMediaType = 'application/problem+json';

/** Exactly what a problem document may contain. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'A problem (RFC 9457). `code` is stable; `detail` ends with the next step.',
  properties: {
    type: {
      type: 'string',
      description: 'A URI that ends in the code.',
      examples: ['urn:nest-dual-id:error:not_found'],
    },
    title: {
      type: 'string',
      description: 'What the code means, always in the same words.',
      examples: ['Not found'],
    },
    status: { type: 'integer', description: 'The status of the response.', examples: [404] },
    code: {
      type: 'string',
      description: 'The code of the error, for programs; it never changes.',
      examples: ['not_found'],
    },
    detail: {
      type: 'string',
      description: 'What is wrong here and what to do next, for people.',
      examples: ['Check the public id; it may belong to another resource or parent.'],
    },
    currentVersion: {
      type: 'integer',
      description: 'The version that the resource has, where a change was based on another one.',
      examples: [8],
    },
    errors: {
      type: 'array',
      description: 'What is wrong, one by one.',
      items: {
        type: 'object',
        properties: {
          pointer: {
            type: 'string',
            description: 'The place in the body, as a JSON pointer.',
            examples: ['/items/0/quantity'],
          },
          parameter: {
            type: 'string',
            description: 'The parameter of the path or the query.',
            examples: ['limit'],
          },
          header: {
            type: 'string',
            description: 'The header.',
            examples: ['If-Match'],
          },
          detail: {
            type: 'string',
            description: 'What is wrong with it.',
            examples: ['must not be less than 1'],
          },
        },
        required: ['detail'],
        additionalProperties: false,
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
  additionalProperties: false,
};
