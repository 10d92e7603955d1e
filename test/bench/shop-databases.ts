import { runMigrations } from 'nest-dual-id';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../src/shop/data-source-options.js';

/** Empty migrated databases of the shop, one after another, on one server. */
export class ShopDatabases {
  private count = 0;

  private constructor(private readonly server: string) {}

  /** Migrates the template. */
  static async on(server: string): Promise<ShopDatabases> {
    await runSql(server, 'CREATE DATABASE bench_template');
    await runMigrations(new DataSource(shopDataSource(urlOf(server, 'bench_template'))));
    return new ShopDatabases(server);
  }

  /** Runs work on an empty migrated database, which is gone afterwards. */
  async with<T>(work: (url: string) => Promise<T>): Promise<T> {
    this.count += 1;
    const name = `bench_${this.count}`;
    await runSql(this.server, `CREATE DATABASE ${name} TEMPLATE bench_template`);
    try {
      // What is left to write of the run before must not be part of this one.
      await runSql(this.server, 'CHECKPOINT');
      return await work(urlOf(this.server, name));
    } finally {
      await runSql(this.server, `DROP DATABASE ${name} WITH (FORCE)`);
    }
  }
}

/** Runs one statement on a connection of its own. */
export async function runSql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
