import pg from 'pg';

/**
 * Seconds that one INSERT of so many orders takes, its commit included, with the statement trigger
 * that enrols them or without it and the key to the registry. All other keys stay in both.
 */
export async function insertOrders(
  url: string,
  { rows, isEnrolled }: { readonly rows: number; readonly isEnrolled: boolean },
): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const users = Math.max(1, Math.round(rows / 17));
    await client.query(
      `INSERT INTO users (first_name, last_name, email)
       SELECT 'Ada', 'Example', n || '@example.org' FROM generate_series(1, ${users}) n`,
    );
    if (!isEnrolled) {
      await client.query('ALTER TABLE orders DISABLE TRIGGER orders_enrol');
      await client.query('ALTER TABLE orders DROP CONSTRAINT orders_passport_fk');
    }
    await client.query('ANALYZE users');
    await client.query('CHECKPOINT');
    const start = performance.now();
    await client.query(
      `INSERT INTO orders (user_id, number, day_of_week, hour_of_day)
       SELECT 400000 + n % ${users}, 1 + n / ${users}, n % 7, n % 24
       FROM generate_series(0, ${rows - 1}) n`,
    );
    return (performance.now() - start) / 1000;
  } finally {
    await client.end();
  }
}
