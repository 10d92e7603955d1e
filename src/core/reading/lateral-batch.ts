/** Refers to a value of a statement that runs once per set of values, by position from 1. */
export function ofBatch(position: number, type: string | undefined): string {
  return `asked.v${position}::${type}`;
}

/**
 * Runs a statement with the given number of values for each set of them, passed as one list per
 * value, and appends to each row the number of its set. Rows of a set keep the order of the
 * statement, because PostgreSQL evaluates a lateral subquery once for each.
 *
 * The lists are subqueries, so that their lengths are unknown to the planner. It estimates a list
 * that it knows to be short to be cheaper than its generic plan, and would replan the statement
 * each time, which takes longer than all the rows.
 */
export function batchOf(text: string, values: number): string {
  const positions = Array.from({ length: values }, (_, at) => at + 1);
  const lists = positions.map((at) => `(SELECT $${at}::text[])`).join(', ');
  const names = positions.map((at) => `v${at}`).join(', ');
  return `SELECT batched.*, asked.place::integer - 1
    FROM unnest(${lists}) WITH ORDINALITY AS asked (${names}, place)
    CROSS JOIN LATERAL (${text}) batched`;
}
