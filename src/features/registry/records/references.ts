import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { entityWords } from '../../../core/entity/entity-words.js';
import { unnamed } from '../../../core/repository/statements.js';

/**
 * Tells what refers to a record by a foreign key: rows of services, edges. The catalogue is read
 * each time, for a migration may have added a table.
 */
@Injectable()
export class References {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  /** The kinds of what refers to the passport of an id, each once, in words of the outside. */
  async to(id: string): Promise<readonly string[]> {
    const keys = (await this.database.rows(everyReference)) as unknown as readonly Reference[];
    if (keys.length === 0) return [];
    const found = keys.map(([check]) => `EXISTS (${check})`).join(', ');
    const [row] = await this.database.rows(
      unnamed(`SELECT ${found} FROM dual_id.passports p WHERE p.id = $1`),
      [id],
    );
    const kinds = keys.filter((_, at) => row?.[at] === true).map((key) => this.#kindOf(key));
    return [...new Set(kinds)].toSorted();
  }

  #kindOf([, schemaName, tableName, type]: Reference): string {
    if (schemaName === 'dual_id' && tableName === 'relations') return 'relation';
    return type ?? entityWords(this.dataSource, { schemaName, tableName });
  }
}

/** The query that finds a row, its schema and table, and the name of the platform type it has. */
type Reference = readonly [string, string, string, string | null];

/** One query for each foreign key on passports; keys of partitions are their parent's. */
const everyReference = statement(
  `SELECT format('SELECT FROM %s r WHERE %s', k.conrelid::regclass,
     (SELECT string_agg(format('r.%I = p.%I', own.attname, their.attname), ' AND ')
      FROM unnest(k.conkey, k.confkey) AS key (own, their)
      JOIN pg_attribute own ON (own.attrelid, own.attnum) = (k.conrelid, key.own)
      JOIN pg_attribute their ON (their.attrelid, their.attnum) = (k.confrelid, key.their))),
     n.nspname, c.relname,
     (SELECT t.name FROM dual_id.platform_types t
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'platform_type_id'
      JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
      WHERE t.id = substring(pg_get_expr(d.adbin, d.adrelid) FROM '\\d+')::int)
   FROM pg_constraint k
   JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype = 'f' AND k.confrelid = 'dual_id.passports'::regclass AND k.conparentid = 0`,
);
