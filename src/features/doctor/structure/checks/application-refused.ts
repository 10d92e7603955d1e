import type { StructureCheck } from '../structure-check.js';

/** What prevents the application from starting prevents it here as well. */
export const applicationRefused: StructureCheck = {
  code: 'application_refused',
  finds: 'an application or view that refuses to start',
  fix: 'Correct what the message names; what cannot be compiled is not checked.',
  find: ({ refusals }) => refusals,
};
