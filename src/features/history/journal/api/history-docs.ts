import type { ApiTag, OperationText } from '../../../../core/http/describe.decorators.js';
import type { QueryRules } from '../../../../core/http/route-query.js';
import { pageLimits } from '../../../../core/page/page.js';

export const historyTag: ApiTag = {
  name: 'History',
  description: 'What entities were, who changed them, and when.',
};

export const historyDocs: OperationText = {
  summary: 'Read the history of an entity',
  description:
    'Returns a page of the changes of an entity, the newest first, also of one that was deleted. With `at`, returns what it was at that time instead, and takes neither `limit` nor `after`. The response is 404 for a UUID that was never given out, and for an entity whose history is not shown.',
  parameters: { uuid: 'The public id of an entity.' },
};

export const historyRules = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: pageLimits.max,
    default: pageLimits.default,
    description: 'The maximum number of changes on a page.',
  },
  after: {
    type: 'string',
    description: 'The `nextCursor` of the page before; without it the first page.',
  },
  at: {
    type: 'string',
    format: 'date-time',
    maxLength: 40,
    description: 'An instant with its offset; the response is the state at that time.',
  },
} as const satisfies QueryRules;
