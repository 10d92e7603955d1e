import type { StructureCheck } from '../structure-check.js';

/** What stops the start of an application stands in its way here as well. */
export const applicationRefused: StructureCheck = {
  code: 'application_refused',
  finds: 'an application or view that refuses to start',
  cure: 'Correct what the sentence names; what cannot be compiled is not looked at.',
  find: ({ refusals }) => refusals,
};
