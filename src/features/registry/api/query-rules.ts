import { longestText } from '../../../core/page/filter-values.js';
import { pageLimits } from '../../../core/page/page.js';
import { listOrders } from '../list/registry-list.js';
import { matches } from '../search/search-request.js';

const type = {
  type: 'string',
  maxLength: longestText,
  description: 'Only entities of this type, such as order.',
} as const;

const q = {
  type: 'string',
  minLength: 1,
  maxLength: longestText,
  description: 'A name, a part of one, or a public id. Without it nothing is found.',
} as const;

const paging = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: pageLimits.most,
    default: pageLimits.default,
    description: 'The maximum number of items on a page.',
  },
  after: { type: 'string', description: '`nextCursor` of the page before.' },
} as const;

export const listRules = {
  ...paging,
  type,
  status: {
    type: 'string',
    enum: ['active', 'archived'],
    default: 'active',
    description: 'Only entities of this status.',
  },
  sort: {
    type: 'string',
    enum: listOrders,
    default: '-createdAt',
    description: 'The order. By name, only what has a name is listed.',
  },
} as const;

export const searchRules = {
  ...paging,
  q,
  type,
  match: {
    type: 'string',
    enum: matches,
    description: 'One kind of match alone. Without it all, similar words where others are few.',
  },
} as const;

export const typeaheadRules = { q, type } as const;
