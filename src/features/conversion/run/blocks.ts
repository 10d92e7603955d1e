import type { TablePlace } from '../plan/conversion-plan.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionSession } from './session.js';

/** The file of a table, and how many blocks it has. */
export interface TableFile {
  readonly file: string;
  readonly blocks: number;
}

/** Reads where the rows of a table are. */
export async function fileOf(session: ConversionSession, table: TablePlace): Promise<TableFile> {
  const [row] = await session.rows<TableFile>(
    `SELECT pg_relation_filenode($1::regclass)::text AS file,
       (pg_relation_size($1::regclass) / current_setting('block_size')::int)::float8 AS blocks`,
    [sqlTable(table)],
  );
  return row!;
}

/** The first row identifier of a block. */
export function firstRowOf(block: number): string {
  return `(${block},0)`;
}
