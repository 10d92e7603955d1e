import type { Names, SchemaChangeKind } from '../change.js';
import { isPlainObject, oneOrMany, quotedName } from './call-values.js';
import type { PlainObject } from './call-values.js';
import type { PlainValue } from './plain-value.js';

/** What a constraint or an index of TypeORM says, as SQL writes it. */
export function definitionIn(kind: SchemaChangeKind, value: PlainValue): Names {
  if (!isPlainObject(value)) return {};
  const columns = listed(value['columnNames']);
  if (kind === 'create-index') {
    const what = value['isUnique'] === true ? 'UNIQUE INDEX' : 'INDEX';
    const where = typeof value['where'] === 'string' ? ` WHERE ${value['where']}` : '';
    return { what, ...(columns === undefined ? {} : { definition: `${columns}${where}` }) };
  }
  const definition =
    kind === 'add-unique'
      ? columns
      : kind === 'add-check'
        ? checkIn(value)
        : kind === 'add-foreign-key'
          ? foreignKeyIn(value, columns)
          : undefined;
  return definition === undefined ? {} : { definition };
}

function checkIn({ expression }: PlainObject): string | undefined {
  return typeof expression === 'string' ? `CHECK (${expression})` : undefined;
}

function foreignKeyIn(
  { referencedTableName: table, referencedColumnNames }: PlainObject,
  columns: string | undefined,
): string | undefined {
  const referenced = listed(referencedColumnNames);
  if (columns === undefined || referenced === undefined || typeof table !== 'string') {
    return undefined;
  }
  return `FOREIGN KEY ${columns} REFERENCES ${quotedName(table)} ${referenced}`;
}

function listed(value: PlainValue): string | undefined {
  const names = oneOrMany(value);
  const isKnown = names.every((name): name is string => typeof name === 'string');
  return isKnown ? `(${names.map(quotedName).join(', ')})` : undefined;
}
