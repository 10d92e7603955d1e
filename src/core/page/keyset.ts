/** One expression rows are ordered by; the last ones make the order total. */
export interface Key {
  readonly sql: string;
  readonly descending: boolean;
  readonly nullable: boolean;
}

/**
 * The condition of rows that come after the given values. Plain keys of one direction become one
 * row comparison, which an index serves; mixed directions and nulls are spelled out. PostgreSQL
 * puts nulls last ascending and first descending, and so does this.
 */
export function keysetCondition(
  keys: readonly Key[],
  after: readonly (string | null)[],
  bind: (value: unknown) => string,
): string {
  const [first] = keys;
  const uniform = keys.every((key) => !key.nullable && key.descending === first?.descending);
  if (!uniform) return spelledOut(keys, after, bind);
  const row = keys.map(({ sql }) => sql).join(', ');
  const values = after.map((value) => bind(value)).join(', ');
  return `(${row}) ${first?.descending ? '<' : '>'} (${values})`;
}

function spelledOut(
  [key, ...rest]: readonly Key[],
  [value, ...following]: readonly (string | null | undefined)[],
  bind: (value: unknown) => string,
): string {
  if (!key) return 'false';
  const later = () => spelledOut(rest, following as (string | null)[], bind);
  const { sql, descending, nullable } = key;
  if (value === null || value === undefined) {
    const tied = `(${sql} IS NULL AND ${later()})`;
    return descending ? `(${sql} IS NOT NULL OR ${tied})` : tied;
  }
  const parameter = bind(value);
  const beyond = `${sql} ${descending ? '<' : '>'} ${parameter}`;
  const nulls = nullable && !descending ? ` OR ${sql} IS NULL` : '';
  return `(${beyond}${nulls} OR (${sql} = ${parameter} AND ${later()}))`;
}
