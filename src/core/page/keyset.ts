/** One expression that rows are ordered by; the last ones make the order total. */
export interface Key {
  readonly sql: string;
  readonly descending: boolean;
  readonly nullable: boolean;
  /** SQL type of its values, if certain. */
  readonly type: string | undefined;
}

/** Binds the value of a key, by the key's position, and returns its placeholder. */
type BindKey = (at: number) => string;

/**
 * The condition for rows after a given row, knowing which of its keys are null. Plain keys of one
 * direction become one row comparison, which an index can serve; mixed directions and nulls are
 * written out. Nulls sort as in PostgreSQL: last ascending, first descending.
 */
export function keysetCondition(
  keys: readonly Key[],
  nulls: readonly boolean[],
  bind: BindKey,
): string {
  const [first] = keys;
  const uniform = keys.every((key) => !key.nullable && key.descending === first?.descending);
  if (!uniform) return spelledOut(keys, nulls, bind);
  const row = keys.map(({ sql }) => sql).join(', ');
  const values = keys.map((_, at) => bind(at)).join(', ');
  return `(${row}) ${first?.descending ? '<' : '>'} (${values})`;
}

function spelledOut(
  keys: readonly Key[],
  nulls: readonly boolean[],
  bind: BindKey,
  at = 0,
): string {
  const key = keys[at];
  if (!key) return 'false';
  const later = () => spelledOut(keys, nulls, bind, at + 1);
  const { sql, descending, nullable } = key;
  if (nulls[at]) {
    const tied = `(${sql} IS NULL AND ${later()})`;
    return descending ? `(${sql} IS NOT NULL OR ${tied})` : tied;
  }
  const parameter = bind(at);
  const beyond = `${sql} ${descending ? '<' : '>'} ${parameter}`;
  const othersLast = nullable && !descending ? ` OR ${sql} IS NULL` : '';
  return `(${beyond}${othersLast} OR (${sql} = ${parameter} AND ${later()}))`;
}
