import type { Database } from '../../../core/database/database.js';
import { problem } from '../../../core/errors/problem.js';
import { readLoggedTables } from './feed-statements.js';

/** The name of a table of the log. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** The tables of the log by their numbers, which never change. */
export class LoggedTables {
  readonly #names = new Map<number, TableName>();

  constructor(private readonly database: Database) {}

  /** The names of all tables with these numbers, and maybe of others. */
  async namesOf(ids: Iterable<number>): Promise<ReadonlyMap<number, TableName>> {
    for (const id of ids) {
      if (this.#names.has(id)) continue;
      await this.#read();
      break;
    }
    return this.#names;
  }

  /** The numbers of tables, each named alone or with its schema; one without a log is refused. */
  async idsOf(tables: readonly string[]): Promise<readonly number[]> {
    await this.#read();
    return tables.flatMap((name) => {
      const ids = [...this.#names].flatMap(([id, { schema, table }]) =>
        name === table || name === `${schema}.${table}` ? [id] : [],
      );
      if (ids.length > 0) return ids;
      throw problem('misuse', {
        detail: `The table ${name} is not in the log. Call addHistory for it in a migration first.`,
      });
    });
  }

  async #read(): Promise<void> {
    for (const [id, schema, table] of await this.database.rows(readLoggedTables)) {
      this.#names.set(id as number, { schema: schema as string, table: table as string });
    }
  }
}
