import type { ConversionSession } from './session.js';

/**
 * Looks the other rows of a batch up by their keys, to the end of the transaction. The planner
 * cannot know how few rows a range of blocks has, and would read the other table as a whole.
 */
export async function preferIndexes(session: ConversionSession): Promise<void> {
  await session.rows(`SELECT set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true)`);
}
