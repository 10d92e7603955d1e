import { quoteIdentifier, quoteTable, quoteText } from '../../../core/sql/quoting.js';
import type {
  ConversionPlan,
  PlannedIndex,
  PlannedReference,
  PlannedRetyping,
  TablePlace,
} from '../plan/conversion-plan.js';
import { ownName, sqlTable, written } from './names.js';
import { notNullSteps } from './not-null.js';
import { isCopied, referenceSuffixes } from './references.js';
import { retypingSuffix } from './retyping.js';
import type { ConversionStep } from './step.js';
import { dropFunctions, dropTriggers } from './triggers.js';

/** What cannot be taken back: the old columns of references go, and with them the triggers. */
export function contractSteps(plan: ConversionPlan): ConversionStep[] {
  // An index of several columns is made a key with the first of them: all have to be set by then.
  const ofReferences = [
    ...plan.references
      .filter(({ isRequired }) => isRequired)
      .flatMap(({ table, twin }) => notNullSteps(table, twin.name, 'contract')),
    ...plan.references.map((reference) => contractReference(plan, reference)),
  ];
  return plan.kind === 'add-master-uuid' ? ofReferences : [...ofReferences, contractTable(plan)];
}

function contractReference(plan: ConversionPlan, reference: PlannedReference): ConversionStep {
  const { table, constraint, column, twin, indexes } = reference;
  const keeps = plan.kind === 'add-master-uuid';
  const isSelf = sqlTable(table) === sqlTable(plan.table);
  const drop = [
    ...(reference.definition === null ? [] : [dropConstraint(table, constraint)]),
    `ALTER TABLE ${sqlTable(table)} DROP COLUMN ${quoteIdentifier(column.name)}`,
    ...(isCopied(plan) ? takeName(table, reference) : []),
  ];
  return {
    name: `contract ${column.name} of ${written(table)}`,
    phase: 'contract',
    work: {
      kind: 'transaction',
      locks: keeps || isSelf ? [table] : [plan.table, table],
      statements: [
        ...dropTriggers(table, referenceSuffixes(plan, twin.name)),
        ...dropFunctions(table, referenceSuffixes(plan, twin.name)),
        ...(keeps ? [] : drop),
        ...takeConstraints(table, indexes),
        ...takeNames(table, indexes, isCopied(plan)),
        ...(isCopied(plan) && reference.definition !== null
          ? [renameConstraint(table, reference.newConstraint, constraint)]
          : []),
      ],
    },
    undo: [],
  };
}

function contractTable(plan: ConversionPlan): ConversionStep {
  const { table, added, key, names, retyping } = plan;
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  const column = quoteIdentifier(added.name);
  const end = {
    'random-uuid': [`${alter} ALTER COLUMN ${column} SET DEFAULT gen_random_uuid()`],
    'time-uuid': [],
    'creation-order': [
      identityAfter(table, added.name, ownName(table, 'ids')),
      `DROP TABLE IF EXISTS ${ownName(table, 'numbers')}`,
      `DROP SEQUENCE ${ownName(table, 'ids')}`,
    ],
    registry: [],
  }[added.value];
  const movesKey = plan.kind !== 'add-uuid';
  return {
    name: `contract ${written(table)}`,
    phase: 'contract',
    work: {
      kind: 'transaction',
      locks: [table],
      statements: [
        ...dropTriggers(table, ['fill', ...(retyping ? [retypingSuffix(retyping)] : [])]),
        ...dropFunctions(table, ['fill', ...(retyping ? [retypingSuffix(retyping)] : [])]),
        ...end,
        ...(movesKey ? [renameConstraint(table, key.constraint, names.oldKey)] : []),
        ...(retyping === null ? [] : retype(plan, retyping)),
      ],
    },
    undo: [],
  };
}

/** Brings the twin of the key under the name of the key. */
function retype(plan: ConversionPlan, retyping: PlannedRetyping): string[] {
  const { table, key } = plan;
  const isPrimary = plan.kind === 'add-uuid';
  return [
    ...(isPrimary ? [moveNumbers(table, retyping)] : []),
    dropConstraint(table, isPrimary ? key.constraint : plan.names.oldKey),
    `ALTER TABLE ${sqlTable(table)} DROP COLUMN ${quoteIdentifier(retyping.column.name)}`,
    ...takeName(table, retyping),
    ...takeConstraints(table, retyping.indexes),
    ...takeNames(table, retyping.indexes, true),
    ...(isPrimary ? [] : [renameConstraint(table, key.constraint, plan.names.oldKey)]),
  ];
}

function takeName(
  table: TablePlace,
  { column, twin }: Pick<PlannedReference, 'column' | 'twin'>,
): string[] {
  return [
    `ALTER TABLE ${sqlTable(table)} RENAME COLUMN ${quoteIdentifier(twin.name)}
       TO ${quoteIdentifier(column.name)}`,
  ];
}

function takeConstraints(table: TablePlace, indexes: readonly PlannedIndex[]): string[] {
  return indexes
    .filter(({ constraint }) => constraint !== null)
    .map(({ newName, constraint }) => {
      const name = quoteIdentifier(newName);
      const kind = constraint === 'primary' ? 'PRIMARY KEY' : 'UNIQUE';
      return `ALTER TABLE ${sqlTable(table)} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}`;
    });
}

/** Gives indexes their names for good: of a column that keeps its name, those of the old ones. */
function takeNames(
  table: TablePlace,
  indexes: readonly PlannedIndex[],
  keepsColumn: boolean,
): string[] {
  return indexes
    .map(({ name, newName, finalName }) => [newName, keepsColumn ? name : finalName] as const)
    .filter(([newName, name]) => newName !== name)
    .map(
      ([newName, name]) => `ALTER INDEX ${quoteTable(newName, table.schema)}
        RENAME TO ${quoteIdentifier(name)}`,
    );
}

function dropConstraint(table: TablePlace, name: string): string {
  return `ALTER TABLE ${sqlTable(table)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`;
}

function renameConstraint(table: TablePlace, from: string, to: string): string {
  return `ALTER TABLE ${sqlTable(table)} RENAME CONSTRAINT ${quoteIdentifier(from)}
    TO ${quoteIdentifier(to)}`;
}

/** Makes a column an identity that goes on where a sequence is. */
function identityAfter(table: TablePlace, column: string, sequence: string): string {
  const place = `${sqlTable(table)} ALTER COLUMN ${quoteIdentifier(column)}`;
  const add = `ALTER TABLE ${place.replaceAll('%', '%%')}
    ADD GENERATED BY DEFAULT AS IDENTITY (START WITH %s)`;
  return `DO $do$ BEGIN EXECUTE format(${quoteText(add)}, nextval(${quoteText(sequence)})); END $do$`;
}

/** Gives the twin what numbers new rows: the sequence of the old column, or an identity after it. */
function moveNumbers(table: TablePlace, { column, twin }: PlannedRetyping): string {
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  const alter = `ALTER TABLE ${sqlTable(table)} ALTER COLUMN`;
  const lookup = `pg_get_serial_sequence(${quoteText(sqlTable(table))}, ${quoteText(column.name)})`;
  return `DO $do$ DECLARE
      source text := ${lookup};
      expression text;
      place bigint;
      is_identity boolean;
    BEGIN
      SELECT a.attidentity <> '', pg_get_expr(d.adbin, d.adrelid) INTO is_identity, expression
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE a.attrelid = ${quoteText(sqlTable(table))}::regclass AND a.attname = ${quoteText(column.name)};
      IF is_identity THEN
        place := nextval(source);
        EXECUTE ${quoteText(`${alter} ${own} DROP IDENTITY`)};
        EXECUTE format(${quoteText(`${`${alter} ${other}`.replaceAll('%', '%%')} ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME %s START WITH %s)`)}, source, place);
      ELSIF expression IS NOT NULL THEN
        EXECUTE ${quoteText(`${alter} ${other} SET DEFAULT `)} || expression;
        IF source IS NOT NULL THEN
          EXECUTE format('ALTER SEQUENCE %s AS bigint', source);
          EXECUTE format('ALTER SEQUENCE %s OWNED BY %s', source,
            ${quoteText(`${sqlTable(table)}.${other}`)});
        END IF;
      END IF;
    END $do$`;
}
