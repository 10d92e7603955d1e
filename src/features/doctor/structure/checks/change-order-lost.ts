import type { StructureCheck } from '../structure-check.js';

/** Each session would draw numbers in advance, and a later change could get a lower one. */
export const changeOrderLost: StructureCheck = {
  code: 'change_order_lost',
  finds: 'a sequence of the history that hands out several numbers at once, out of order',
  fix: 'ALTER SEQUENCE dual_id.change_ids CACHE 1; the numbers drawn before stay as they are.',
  find: async ({ query }) => {
    const rows = await query<{ cache: string }>(
      `SELECT seqcache::text AS cache FROM pg_sequence
       WHERE seqrelid = to_regclass('dual_id.change_ids') AND seqcache > 1`,
    );
    return rows.map(({ cache }) => ({
      place: 'dual_id.change_ids',
      problem: `CACHE is ${cache}: a higher change_id is not always the later change of a record`,
    }));
  },
};
