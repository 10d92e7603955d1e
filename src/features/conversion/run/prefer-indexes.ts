/**
 * Settings by which the other rows of a batch are looked up by their keys. The planner cannot know
 * how few rows a range of blocks has, and would read the other table as a whole.
 */
export const preferredIndexes = { enable_hashjoin: 'off', enable_mergejoin: 'off' };
