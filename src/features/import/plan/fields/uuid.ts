import type { FieldKind } from './field-kind.js';
import { unless } from './problem-cases.js';

/** A UUID as people write it, for SQL and JavaScript alike, where case does not matter. */
export const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const uuidExpression = new RegExp(uuidPattern, 'i');

/** A UUID that means nothing to the database. */
export const uuid: FieldKind<{ type: 'uuid' }> = {
  takes: ({ base }) => base === 'uuid',
  problems: (field) => [unless(field, `~* '${uuidPattern}'`, 'is not a UUID')],
  reader: () => ({ read: (field) => (uuidExpression.test(field) ? field : undefined) }),
};
