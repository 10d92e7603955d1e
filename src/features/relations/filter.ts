import { problem } from '../../core/errors/problem.js';
import type { EdgeFilter } from './relation.js';
import type { EdgeTypes, RelationTypes } from './relation-types.js';

/** The edges a filter follows; `invalid_query` if it names an unknown type of relation. */
export async function requireLegs(types: RelationTypes, filter: EdgeFilter): Promise<EdgeTypes> {
  const legs = await types.legs(filter);
  if (legs) return legs;
  throw problem('invalid_query', {
    errors: [{ parameter: 'relation', detail: 'is not a known type' }],
  });
}
