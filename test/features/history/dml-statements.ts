import fc from 'fast-check';

/** A statement, or lines for a COPY of a table. */
export interface Statement {
  readonly sql: string;
  readonly copied?: string;
  /** The tables that it empties as a whole. */
  readonly truncated?: readonly string[];
}

/** Statements in one transaction, with those that a savepoint takes back. */
export interface Work {
  readonly steps: readonly { readonly statement: Statement; readonly isUndone: boolean }[];
  readonly commits: boolean;
}

const one = (table: string, at: number, key = 'id') =>
  `(SELECT ${key} FROM ${table} ORDER BY 1 OFFSET ${at} LIMIT 1)`;
const role = (at: number) => one('roles', at % 3, 'uuid');

/**
 * A MERGE logs what it inserts before what it deletes, so none here puts a row where it deleted one.
 * Statements with room for small numbers, so that rows are met again.
 */
const templates: readonly ((a: number, b: number) => string)[] = [
  (a) =>
    `INSERT INTO people (name, password) SELECT 'p' || g, 'secret' FROM generate_series(0, ${a}) g`,
  (a) => `INSERT INTO people (name) VALUES ('n${a}')`,
  () => 'UPDATE people SET name = name',
  () => 'UPDATE people SET seen_at = clock_timestamp()',
  (a, b) => `UPDATE people SET password = 'hidden${b}' WHERE id % 3 = ${a % 3}`,
  (a, b) => `UPDATE people SET name = CASE id % 2 WHEN ${a % 2} THEN name ELSE 'u${b}' END`,
  (a) => `DELETE FROM people WHERE id = ${one('people', a)}`,
  (a) => `DELETE FROM people WHERE id % 3 = ${a % 3}`,
  (
    a,
    b,
  ) => `INSERT INTO roles (uuid, name) VALUES (coalesce(${role(a)}, gen_random_uuid()), 'r${b}'), (gen_random_uuid(), 'q')
    ON CONFLICT DO NOTHING`,
  (
    a,
    b,
  ) => `INSERT INTO roles (uuid, name) VALUES (coalesce(${role(a)}, gen_random_uuid()), 'r${b}'), (gen_random_uuid(), 'q')
    ON CONFLICT (uuid) DO UPDATE SET name = excluded.name`,
  (a) => `DELETE FROM roles WHERE uuid = ${role(a)}`,
  (a) => `INSERT INTO person_roles SELECT p.id, r.uuid FROM people p, roles r
    WHERE p.id % 2 = ${a % 2} ON CONFLICT DO NOTHING`,
  (a, b) => `UPDATE person_roles SET role_uuid = ${one('roles', b, 'uuid')}
    WHERE person_id = ${one('people', a)}`,
  (a, b) => `MERGE INTO person_roles t USING (SELECT id, ${role(b)} AS uuid FROM people) s
    ON t.person_id = s.id AND t.role_uuid = s.uuid
    WHEN MATCHED AND s.id % 2 = ${a % 2} THEN DELETE
    WHEN MATCHED THEN UPDATE SET role_uuid = ${one('roles', a, 'uuid')}
    WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.uuid)`,
  (a, b) => `INSERT INTO orders (person_id, total, placed_at, lasts)
    SELECT id, ${a}.50, '2026-01-0${a + 1} 12:00+05', '${b} days' FROM people LIMIT ${b}`,
  (a, b) => `UPDATE orders SET total = total * ${a}, person_id = ${one('people', b)}`,
  (a) => `INSERT INTO order_items SELECT id, g, g FROM orders, generate_series(0, ${a}) g
    ON CONFLICT (order_id, line) DO UPDATE SET quantity = order_items.quantity + excluded.quantity`,
  (a, b) => `UPDATE order_items SET line = line + ${a}, quantity = ${b}`,
  (a) => `UPDATE order_items SET line = ${a} - line`,
  (a, b) => `UPDATE order_items SET order_id = ${one('orders', a)} WHERE line = ${b}`,
  (a, b) => `WITH gone AS (DELETE FROM order_items WHERE line = ${a} RETURNING *)
    INSERT INTO notes SELECT (order_id * 10 + line)::integer, 'line' FROM gone WHERE line < ${b}`,
  (a) => `DELETE FROM orders WHERE id = ${one('orders', a)}`,
  (a, b) => `INSERT INTO notes SELECT g, 'n' FROM generate_series(${a}, ${a + b}) g
    ON CONFLICT (id) DO UPDATE SET moment = CASE notes.id % 2 WHEN 0 THEN 'again' ELSE notes.moment END`,
  (a, b) => `UPDATE notes SET id = id + ${b} WHERE id >= ${a}`,
  (a, b) => `UPDATE notes SET id = ${b} - id WHERE id < ${a}`,
  (a) => `DELETE FROM notes WHERE id % 3 = ${a % 3}`,
  (a, b) => `INSERT INTO shifts SELECT g, 1 + g % 3, 's' FROM generate_series(${a}, ${a + b}) g
    ON CONFLICT (id, month) DO UPDATE SET label = shifts.label || '${a}'`,
  (a, b) => `UPDATE shifts SET month = 1 + (month + ${a}) % 3 WHERE id % 2 = ${b % 2}`,
  (a, b) => `UPDATE shifts SET label = 'l${b}' WHERE id >= ${a}`,
  (a, b) => `MERGE INTO shifts t USING generate_series(0, ${b}) s(id) ON t.id = s.id
    WHEN MATCHED AND t.month = 2 THEN DELETE
    WHEN MATCHED THEN UPDATE SET month = ${1 + 2 * (a % 2)}, label = 'merged'
    WHEN NOT MATCHED THEN INSERT VALUES (s.id, 2, 'new')`,
  (a, b) => `MERGE INTO shifts t USING generate_series(0, ${b}) s(id) ON t.id = s.id
    WHEN MATCHED THEN UPDATE SET month = 1 + (t.month + ${a}) % 3`,
  (a, b) => `UPDATE shifts_1 SET label = 'direct ${b}' WHERE id >= ${a}`,
  (a, b) => `INSERT INTO shifts_2 (id, month, label) VALUES (${a}, ${2 + (b % 2)}, 'direct')`,
  (a) => `DELETE FROM shifts WHERE month = 1 + ${a} % 3`,
  (
    a,
    b,
  ) => `INSERT INTO desks (id, label, owner_id, guest_id) SELECT ${a} * 100 + row_number() OVER (), 'd',
    id, ${one('people', b)} FROM people`,
  (a, b) => `UPDATE desks SET label = 'd${b}' WHERE id % 2 = ${a % 2}`,
  (a) => `UPDATE desks SET guest_id = owner_id, id = id + ${a}`,
  (a) => `DELETE FROM desks WHERE id % 3 = ${a % 3}`,
];

const small = fc.integer({ min: 0, max: 6 });
const plain = fc
  .tuple(fc.constantFrom(...templates), small, small)
  .map(([template, a, b]): Statement => ({ sql: template(a, b) }));
const copies = fc.tuple(small, small).chain(([from, rows]) => {
  const lines = (line: (id: number) => string) =>
    Array.from({ length: rows }, (_, at) => `${line(from + at)}\n`).join('');
  return fc.constantFrom<Statement>(
    { sql: 'COPY notes (id, moment) FROM STDIN', copied: lines((id) => `${id}\tcopied`) },
    { sql: 'COPY shifts FROM STDIN', copied: lines((id) => `${id}\t${1 + (id % 3)}\tcopied`) },
    { sql: 'COPY people (name) FROM STDIN', copied: lines((id) => `copied ${id}`) },
  );
});
const truncations = fc.constantFrom<Statement>(
  { sql: 'TRUNCATE notes', truncated: ['notes'] },
  { sql: 'TRUNCATE shifts, desks', truncated: ['shifts', 'desks'] },
  { sql: 'TRUNCATE person_roles', truncated: ['person_roles'] },
  { sql: 'TRUNCATE order_items', truncated: ['order_items'] },
);
const statements = fc.oneof(
  { arbitrary: plain, weight: 30 },
  { arbitrary: copies, weight: 3 },
  { arbitrary: truncations, weight: 1 },
);
const steps = fc.array(
  fc.record({
    statement: statements,
    isUndone: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  }),
  { minLength: 1, maxLength: 12, size: 'max' },
);

/** A few transactions of some statements each. */
export const works: fc.Arbitrary<readonly Work[]> = fc.array(
  fc.record({ steps, commits: fc.integer({ min: 0, max: 4 }).map((n) => n > 0) }),
  { minLength: 1, maxLength: 6, size: 'max' },
);
