import { conversionSchema } from '../../../core/schema/converting.js';
import { constraintName, shortName } from '../../../core/sql/constraint-name.js';
import { quoteIdentifier, quoteTable } from '../../../core/sql/quoting.js';
import type { TablePlace } from '../plan/conversion-plan.js';

/** A table's name as SQL. */
export function sqlTable({ schema, name }: TablePlace): string {
  return quoteTable(name, schema);
}

/** A table's name for people. */
export function written({ schema, name }: TablePlace): string {
  return `${schema}.${name}`;
}

/** A function or table of the conversion's own schema, for one table, as SQL. */
export function ownName({ schema, name }: TablePlace, suffix: string): string {
  const parts = [schema, name, suffix].map((part) =>
    /^[^."]+$/.test(part) ? part : quoteIdentifier(part),
  );
  return quoteTable(shortName(parts.join('.')), conversionSchema);
}

/**
 * A trigger's name as SQL. Triggers fire in the order of their names: these see what the
 * application's own have made of a row.
 */
export function conversionTriggerName(suffix: string): string {
  return quoteIdentifier(constraintName('zz_dual_id', suffix));
}

/** A name for something of a table that stands only while it is converted. */
export function passingName(table: TablePlace, suffix: string): string {
  return constraintName(table.name, `${suffix}_converting`);
}
