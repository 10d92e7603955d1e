import { schemaChange } from '../change.js';
import type { Names, SchemaChange, SchemaChangeKind, Trait } from '../change.js';
import { columnDefinition, isVolatile } from '../sql/column.js';
import { tokensOf } from '../sql/tokens.js';
import { SqlText } from '../source-text.js';
import {
  isPlainObject,
  knownName,
  oneOrMany,
  quotedName,
  shownName,
  textIn,
} from './call-values.js';
import type { PlainObject } from './call-values.js';
import type { Argument, PlainValue } from './plain-value.js';

interface TableCall {
  readonly at: number;
  readonly given: readonly Argument[];
}

/** createTable: the table, and its columns if the call lists them. */
export function tableCreated({ at, given }: TableCall): SchemaChange[] {
  const table = { table: knownName(given[0]), names: { table: shownName(given[0]) } };
  const described = given[0]?.value;
  const columns = isPlainObject(described) ? described['columns'] : undefined;
  const all = oneOrMany(columns).filter(isPlainObject);
  const keys = all.filter(({ isPrimary }) => isPrimary === true);
  return [
    schemaChange('create-table', at, table),
    ...all.map((column) =>
      schemaChange('new-column', at, {
        ...table,
        names: { ...table.names, column: quotedName(textIn(column) ?? '?'), what: 'TABLE' },
        type: columnType(column),
        traits: [keys.length === 1 && column['isPrimary'] === true && 'primary-key'],
      }),
    ),
  ];
}

/** addColumn: the column, and the constraints that TypeORM adds with it. */
export function columnAdded({ at, given }: TableCall, column: PlainValue): SchemaChange[] {
  const names = {
    table: shownName(given[0]),
    column: quotedName(textIn(column) ?? '?'),
    ...(isPlainObject(column) ? describedColumn(column) : {}),
  };
  const make = (kind: SchemaChangeKind, traits: readonly (Trait | false)[] = [], type?: string) =>
    schemaChange(kind, at, {
      table: knownName(given[0]),
      names,
      traits,
      ...(type === undefined ? {} : { type }),
    });
  if (!isPlainObject(column)) return [make('add-column')];
  return [
    make('add-column', columnTraits(column), columnType(column)),
    ...(column['isUnique'] === true ? [make('add-unique')] : []),
    ...(column['isPrimary'] === true ? [make('add-primary-key')] : []),
  ];
}

/** A column of TypeORM is not null unless it says otherwise. */
function columnTraits(column: PlainObject): readonly (Trait | false)[] {
  const strategy =
    column['isGenerated'] === true ? (column['generationStrategy'] ?? 'increment') : '';
  const { default: value, asExpression } = column;
  const expression = typeof value === 'string' ? tokensOf(new SqlText(value, 0)) : [];
  const isComputed = typeof asExpression === 'string' && column['generatedType'] === 'STORED';
  const isGenerated = strategy !== '' || typeof asExpression === 'string';
  return [
    column['isNullable'] !== true && 'not-null',
    (Object.hasOwn(column, 'default') || isGenerated) && value !== null && 'default',
    (strategy !== '' || isVolatile(expression)) && 'volatile-default',
    isComputed && 'stored',
  ];
}

/** The type of a column and what it is filled with, where the call says so. */
function describedColumn(column: PlainObject): Names {
  const { type, default: value, asExpression, generationStrategy } = column;
  const filled = generationStrategy === 'uuid' ? 'gen_random_uuid()' : (asExpression ?? value);
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof filled === 'string' ? { value: filled } : {}),
  };
}

function columnType(column: PlainObject): string {
  const type = column['type'];
  if (typeof type !== 'string') return '';
  return columnDefinition(tokensOf(new SqlText(type, 0))).type;
}
