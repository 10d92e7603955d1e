import type { FoundTable } from '../catalog/facts.js';
import { findTable, readFacts } from '../catalog/read-facts.js';
import type { ConversionSession } from '../run/session.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionPlan, PlannedReference, PlanNote, TablePlace } from './conversion-plan.js';
import { catalogMark } from './catalog-mark.js';
import type { ConversionRequest } from './conversion-request.js';
import { constraintOf } from './new-names.js';
import { foundColumn, plannedKey } from './planned-key.js';
import { refusedNote } from './refused-note.js';
import { withImpact } from './impact.js';
import { rowNotes } from './linked-rows.js';
import { sizeOfTable } from './table-size.js';
import { tableRefusals } from './table-refusals.js';

/** Plans how a service table that names its passport by `master_id` gets `master_uuid`. */
export async function linkPlan(
  session: ConversionSession,
  subject: TablePlace,
  request: ConversionRequest,
): Promise<ConversionPlan> {
  const { masterColumn = 'master_id', uuidColumn = 'master_uuid' } = request;
  const facts = await readFacts(session, subject);
  const registry = await registryOf(session, facts, request);
  return withImpact({
    format: 1,
    kind: 'add-master-uuid',
    subject,
    table: registry.table,
    key: { name: 'id', type: foundColumn(registry, 'id')?.type ?? 'bigint', constraint: '' },
    added: { name: 'uuid', type: 'uuid', value: 'registry', createdAt: null },
    names: { newKey: '', oldKey: '' },
    references: [linkOf(facts, masterColumn, uuidColumn)],
    retyping: null,
    mark: catalogMark([facts, registry]),
    sizes: [sizeOfTable(facts)],
    notes: [
      ...tableRefusals(facts, { keepsKey: true }).map(refusedNote),
      ...columnNotes(facts, registry, uuidColumn),
      ...(await rowNotes(session, facts, registry, { masterColumn, uuidColumn })),
    ],
  });
}

/** The link of a row to its passport; the uuid is unique where the id is. */
function linkOf(facts: FoundTable, masterColumn: string, uuidColumn: string): PlannedReference {
  const { table } = facts;
  const column = foundColumn(facts, masterColumn);
  const isUnique = isUniqueAlone(facts, masterColumn);
  const { constraint, name: keyName } = plannedKey(facts);
  const named = (kind: 'unique' | 'index' | 'foreign') =>
    constraintOf(kind, table, uuidColumn, { name: constraint, column: keyName });
  const name = named(isUnique ? 'unique' : 'index');
  const index = { name, newName: name, finalName: name, on: `(${quoteIdentifier(uuidColumn)})` };
  return {
    table,
    constraint: '',
    definition: null,
    column: { name: masterColumn, type: column?.type ?? 'unknown' },
    isRequired: column?.isRequired ?? false,
    twin: { name: uuidColumn, type: 'uuid' },
    newConstraint: named('foreign'),
    actions: '',
    indexes: [{ ...index, isUnique, constraint: isUnique ? 'unique' : null }],
  };
}

async function registryOf(
  session: ConversionSession,
  facts: FoundTable,
  { registry, masterColumn = 'master_id' }: ConversionRequest,
): Promise<FoundTable> {
  if (registry !== undefined) return readFacts(session, await findTable(session, registry));
  const [found] = await session.rows<TablePlace>(
    `SELECT n.nspname AS schema, c.relname AS name
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND k.conrelid = $1::regclass AND a.attname = $2
       AND array_length(k.conkey, 1) = 1 LIMIT 1`,
    [sqlTable(facts.table), masterColumn],
  );
  return readFacts(session, found ?? (await findTable(session, 'dual_id.passports')));
}

function columnNotes(facts: FoundTable, registry: FoundTable, uuidColumn: string): PlanNote[] {
  const name = sqlTable(facts.table);
  const [id, uuid] = [foundColumn(registry, 'id'), foundColumn(registry, 'uuid')];
  return [
    ...(foundColumn(facts, uuidColumn)
      ? [`${name} has a column ${uuidColumn} already. Choose another name with --uuid-column.`]
      : []),
    ...(id && uuid?.type === 'uuid'
      ? []
      : [`${sqlTable(registry.table)} has no id and uuid. Name the registry with --registry.`]),
    ...(['id', 'uuid'].every((own) => isUniqueAlone(registry, own))
      ? []
      : [
          `${sqlTable(registry.table)} has no unique index of id and of uuid alone. Add those that are missing.`,
        ]),
  ].map(refusedNote);
}

/** Whether an index holds each value of a column to one row. */
function isUniqueAlone({ indexes }: FoundTable, column: string): boolean {
  return indexes.some(
    ({ isValid, isUnique, columns, expressions }) =>
      isValid && isUnique && columns.join() === column && expressions.length === 0,
  );
}
