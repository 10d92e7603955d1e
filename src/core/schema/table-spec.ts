import { quoteIdentifier, quoteTable } from '../sql/quoting.js';

/** A table with both ids, as a migration writes it down. It is frozen there, on purpose. */
export interface DualIdTable {
  readonly table: string;
  readonly schema?: string;
  /** The platform type; without it the table is not enrolled in the registry. */
  readonly type?: { readonly id: number; readonly name: string };
  /** First internal id for new rows. Default 1. */
  readonly startWith?: number | bigint | string;
  readonly columns?: { readonly id?: string; readonly uuid?: string };
  /** Columns whose values name the passport, joined with a space. */
  readonly namedBy?: readonly string[];
  /** The soft-delete column; setting it makes the passport a tombstone, clearing it revives it. */
  readonly deletedAt?: string;
}

/** A table whose only key is a UUID the application makes. */
export type GuidTable = Omit<DualIdTable, 'startWith'>;

/** The names a schema statement needs, quoted. */
export interface QuotedTable {
  readonly table: string;
  readonly uuid: string;
  /** Absent for a table whose only key is its uuid. */
  readonly id: string | undefined;
}

/** The names of the columns of both ids. */
export function columnNames({ columns }: Pick<DualIdTable, 'columns'>) {
  return { id: columns?.id ?? 'id', uuid: columns?.uuid ?? 'uuid' };
}

/** Quotes the table and its key columns. */
export function quoted(spec: DualIdTable, kind: 'dual' | 'guid' = 'dual'): QuotedTable {
  const { id, uuid } = columnNames(spec);
  return {
    table: quoteTable(spec.table, spec.schema),
    uuid: quoteIdentifier(uuid),
    id: kind === 'guid' ? undefined : quoteIdentifier(id),
  };
}
