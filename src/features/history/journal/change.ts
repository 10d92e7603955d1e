import type { Row } from '../../../core/database/row.js';
import type { HistoryTable } from '../schema/history-table.js';
import type { Era, Image, LoggedAs } from './image.js';
import { imageText, readImage } from './image.js';

/** One change of the log. Its numbers stay inside the process. */
export interface LoggedChange {
  readonly id: string;
  readonly transaction: string;
  readonly at: Date;
  /** As in the log: I, U, D, T for all rows at once, B for a batch without images. */
  readonly operation: string;
  readonly actor: string | null;
  readonly uuid: string | null;
  readonly relatedUuid: string | null;
  readonly recordKey: string | null;
  readonly old: Image | null;
  readonly new: Image | null;
}

/** The columns of `readTable`, from the log's entry `t`. */
export const tableColumns = `t.keep, t.record_columns::text[], t.definition::text, t.virtual`;

/** The columns of `readChange`, from a change. */
export function changeColumns(alias: string): string {
  const columns = ['change_id::text', 'transaction_id::text', 'occurred_at', 'operation::text'];
  const names = [...columns, 'actor', 'uuid', 'related_uuid', 'record_key::text'];
  const images = [imageText(`${alias}.old`), imageText(`${alias}.new`)];
  return [...names.map((name) => `${alias}.${name}`), ...images].join(', ');
}

/** How many columns come from `tableColumns` and from `changeColumns`. */
export const width = { table: 4, change: 10 } as const;

/** Reads `tableColumns`. */
export function readTable(row: Row, at = 0): LoggedAs {
  const [keep, keyColumns, definition, virtual] = row.slice(at) as unknown as TableRow;
  const { eras = [], ignore = [], redact = [] } = JSON.parse(definition) as Definition;
  return { keep, keyColumns, eras, virtual, withheld: [...ignore, ...redact, ...virtual] };
}

type TableRow = readonly [string, string[], string, string[]];

/** What the log's list keeps of `addHistory`. */
interface Definition extends HistoryTable {
  readonly eras?: readonly Era[];
}

/** Reads `changeColumns`; undefined where an outer join found no change. */
export function readChange(row: Row, at: number, table: LoggedAs): LoggedChange | undefined {
  const [
    id,
    transaction,
    occurredAt,
    operation,
    actor,
    uuid,
    relatedUuid,
    recordKey,
    before,
    after,
  ] = row.slice(at) as unknown as ChangeRow;
  if (id === null) return undefined;
  return {
    id,
    transaction,
    at: occurredAt,
    operation,
    actor,
    uuid,
    relatedUuid,
    recordKey,
    old: readImage(before, id, table),
    new: readImage(after, id, table),
  };
}

type ChangeRow = readonly [
  string | null,
  string,
  Date,
  string,
  string | null,
  string | null,
  string | null,
  string | null,
  string | null,
  string | null,
];
