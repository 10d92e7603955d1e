import { maxTextLength } from '../../../core/page/filter-values.js';
import { pageRules } from '../../../core/page/page-rules.js';
import { listOrders } from '../list/registry-list.js';
import { matches } from '../search/search-request.js';

const type = {
  type: 'string',
  maxLength: maxTextLength,
  description: 'Only entities of this type, such as order.',
} as const;

const q = {
  type: 'string',
  minLength: 1,
  maxLength: maxTextLength,
  description: 'A name, part of a name, or a public id. Without it, nothing is found.',
} as const;

export const listRules = {
  ...pageRules,
  type,
  status: {
    type: 'string',
    enum: ['active', 'archived'],
    default: 'active',
    description: 'Only entities with this status.',
  },
  sort: {
    type: 'string',
    enum: listOrders,
    default: '-createdAt',
    description: 'The order; `-` is descending. By name, only entities with a name are listed.',
  },
} as const;

export const searchRules = {
  ...pageRules,
  q,
  type,
  match: {
    type: 'string',
    enum: matches,
    description:
      'Only this kind of match. By default every kind, similar words only where others are few.',
  },
} as const;

export const typeaheadRules = { q, type } as const;
