/** Names the value of a statement that is run for each set of values, by position from 1. */
export function ofBatch(position: number, type: string | undefined): string {
  return `asked.v${position}::${type}`;
}

/**
 * Runs a statement of so many values for each set of them, given as one list a value, and tells
 * behind each row which set it belongs to. Rows of a set come in the order of the statement,
 * because PostgreSQL walks a lateral subquery once for each.
 */
export function batchOf(text: string, values: number): string {
  const positions = Array.from({ length: values }, (_, at) => at + 1);
  const lists = positions.map((at) => `$${at}::text[]`).join(', ');
  const names = positions.map((at) => `v${at}`).join(', ');
  return `SELECT batched.*, asked.place::integer - 1
    FROM unnest(${lists}) WITH ORDINALITY AS asked (${names}, place)
    CROSS JOIN LATERAL (${text}) batched`;
}
