import type { ClientBase } from 'pg';
import type { Layout } from './layouts.js';

/** Bytes for each row of the orders. */
export interface Sizes {
  readonly table: number;
  /** The primary key, and the unique index of the public id where there are both. */
  readonly keys: number;
  /** The index that finds the orders of a customer. */
  readonly pageIndex: number;
}

/** Reads what the orders of a layout take on disk. */
export async function sizesOf(client: ClientBase, { name }: Layout): Promise<Sizes> {
  const { rows } = await client.query<Record<keyof Sizes | 'rows', string>>(
    `SELECT pg_table_size('${name}.orders') AS table,
       pg_indexes_size('${name}.orders') - pg_relation_size('${name}.orders_of_customer') AS keys,
       pg_relation_size('${name}.orders_of_customer') AS "pageIndex",
       (SELECT count(*) FROM ${name}.orders) AS rows`,
  );
  const [found] = rows;
  const each = (part: keyof Sizes) => Number(found?.[part]) / Number(found?.rows);
  return { table: each('table'), keys: each('keys'), pageIndex: each('pageIndex') };
}
