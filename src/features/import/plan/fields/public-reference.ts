import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import { tableSql } from '../target-table.js';
import type { FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { unless } from './problem-cases.js';
import { uuidPattern } from './uuid.js';

/** Stands for a public id nobody has until the row is rejected: no row has this internal id. */
const noRow = -1;

/** The public id of a row of another table. */
export const publicReference: FieldKind<Extract<FieldType, { type: 'publicReference' }>> = {
  takes: ({ category }) => category === 'N',
  problems: (field) => [unless(field, `~* '${uuidPattern}'`, 'is not a public id')],
  reader: () => undefined,
  typedSql({ source, staged, target }) {
    const id = quoteIdentifier(source.toColumn ?? 'id');
    const publicId = quoteIdentifier(source.publicColumn ?? 'uuid');
    const row = `(SELECT p.${id} FROM ${tableSql(source.to)} p WHERE p.${publicId} = ${staged}::uuid)`;
    return `CASE WHEN ${staged} IS NOT NULL THEN coalesce(${row}, ${noRow}) END::${target.type}`;
  },
};
