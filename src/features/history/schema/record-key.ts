import { problem } from '../../../core/errors/problem.js';
import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import { columnIfAny } from './column-if-any.js';
import type { HistoryTable } from './history-table.js';
import type { ColumnFacts, TableFacts } from './table-facts.js';

/** How the log names a row of a table: SQL over the row `r`. */
export interface RecordKey {
  readonly recordId: string;
  readonly uuid: string;
  /** The public id of the row that the record id names, which a detail row lacks itself. */
  readonly ownerUuid: string;
  readonly relatedUuid: string;
  readonly recordKey: string;
  /** The platform type of the row that a detail row belongs to, or null. */
  readonly parentType: number | null;
  /** The columns that say which row it is. */
  readonly key: readonly string[];
  /** Whether the registry sees to it that no row changes its key. */
  readonly keepsKey: boolean;
  /** What the expressions join besides the row. */
  readonly join: string;
}

const integers: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);
const column = (name: string) => `r.${quoteIdentifier(name)}`;

/**
 * Finds how rows of a table get an integer record id: their own integer key, the id of their
 * passport, or that of the row they belong to. A table that has none is refused.
 */
export function recordKeyOf(spec: HistoryTable, facts: TableFacts): RecordKey {
  const { key } = facts;
  if (key.length === 0) throw unloggableTable(facts, 'has no primary key', addDualIdTo(facts));
  return key.length === 1 ? simpleKey(facts, key[0]!) : compositeKey(spec, facts);
}

function simpleKey(facts: TableFacts, name: string): RecordKey {
  const { type } = columnOf(facts, name);
  const keepsKey = facts.type !== null;
  const rest = { relatedUuid: 'NULL', recordKey: 'NULL', parentType: null };
  const base = { ...rest, key: [name], keepsKey };
  if (integers.has(type)) {
    const hasUuid = facts.columns.some((one) => one.name === 'uuid' && one.type === 'uuid');
    const found = keepsKey ? 'r.uuid' : columnIfAny('r', 'uuid', 'uuid');
    const uuid = hasUuid ? found : 'NULL::uuid';
    return { ...base, recordId: column(name), uuid, ownerUuid: uuid, join: '' };
  }
  if (type === 'uuid' && facts.type !== null) {
    const join = passportOf(name);
    const uuid = column(name);
    return { ...base, recordId: 'p.id', uuid, ownerUuid: uuid, join };
  }
  throw unloggableTable(facts, `has a key of type ${type}`, addDualIdTo(facts));
}

function compositeKey(spec: HistoryTable, facts: TableFacts): RecordKey {
  const { key } = facts;
  const record = columnOf(facts, spec.record ?? key[0]!);
  const related = spec.related === undefined ? undefined : columnOf(facts, spec.related);
  for (const { name } of [record, ...(related ? [related] : [])]) {
    if (!key.includes(name)) throw unloggableTable(facts, `has no key column ${name}`, inKey(key));
  }
  const rest = key.filter((name) => name !== record.name && name !== related?.name);
  const pairs = rest.map((name) => `${quoteText(name)}, ${column(name)}`).join(', ');
  return {
    ...ofRecord(facts, record),
    uuid: 'NULL::uuid',
    ownerUuid: uuidOf(record) ?? 'NULL::uuid',
    relatedUuid: related ? relatedUuid(facts, related) : 'NULL::uuid',
    recordKey: rest.length > 0 ? `jsonb_build_object(${pairs})` : 'NULL',
    parentType: record.targetType,
    key,
    keepsKey: false,
  };
}

/** Looked up by the index for each row, however many rows a session's first statement had. */
function passportOf(name: string): string {
  return `CROSS JOIN LATERAL
    (SELECT t.id FROM dual_id.passports t WHERE t.uuid = ${column(name)} OFFSET 0) p`;
}

function ofRecord(
  facts: TableFacts,
  { name, type, targetType }: ColumnFacts,
): Pick<RecordKey, 'recordId' | 'join'> {
  if (integers.has(type)) return { recordId: column(name), join: '' };
  if (type === 'uuid' && targetType !== null) return { recordId: 'p.id', join: passportOf(name) };
  throw unloggableTable(
    facts,
    `has a key whose column ${name} is of type ${type}`,
    'Name an integer column of the key as `record`, or give the table an integer id of its own by addDualId.',
  );
}

/** The public id of the row that a column refers to; the registry knows it after a delete too. */
function uuidOf({ name, type, ...target }: ColumnFacts): string | undefined {
  if (type === 'uuid') return column(name);
  const { targetType, targetKey } = target;
  if (targetType !== null)
    return `(SELECT t.uuid FROM dual_id.passports t
      WHERE t.platform_type_id = ${targetType} AND t.entity_id = ${column(name)})`;
  if (target.target === null || !target.targetHasUuid) return undefined;
  return `(SELECT t.uuid FROM ${target.target} t
    WHERE t.${quoteIdentifier(targetKey!)} = ${column(name)})`;
}

function relatedUuid(facts: TableFacts, related: ColumnFacts): string {
  const found = uuidOf(related);
  if (found !== undefined) return found;
  throw unloggableTable(
    facts,
    `has a key whose column ${related.name} refers to no row with a public id`,
    'Leave out `related`; the column is then kept as part of the record key.',
  );
}

function columnOf(facts: TableFacts, name: string): ColumnFacts {
  const found = facts.columns.find((one) => one.name === name);
  if (found) return found;
  throw unloggableTable(facts, `has no column ${name}`, 'Correct the name.');
}

/** The error of a table that cannot be logged, with what makes it possible. */
export function unloggableTable(
  { table }: Pick<TableFacts, 'table'>,
  lack: string,
  way: string,
): Error {
  return problem('setup_refused', {
    detail: `The history of ${table} needs an integer for each row, and the table ${lack}. ${way}`,
  });
}

const addDualIdTo = ({ table }: TableFacts) =>
  `Call addDualId(runner, { table: '${table}' }), or addGuidId with a type where its UUID stays the key, in a migration before this call.`;

const inKey = (key: readonly string[]) => `Its key is (${key.join(', ')}).`;
