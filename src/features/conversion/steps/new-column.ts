import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { ConversionPlan } from '../plan/conversion-plan.js';
import { rowsOfBatch } from './batch-rows.js';
import { ownName, sqlTable, written } from './names.js';
import { notNullSteps } from './not-null.js';
import { newKeyIndex } from './passing-indexes.js';
import type { ConversionStep } from './step.js';
import { dropFunctions, dropTriggers, makeFunction, makeTrigger } from './triggers.js';
import { fillBody, numberedFillBody, filledValue } from './values.js';

/** The steps that give the converted table its new column. */
export function expandTable(plan: ConversionPlan): ConversionStep[] {
  return plan.added.value === 'creation-order'
    ? [reserveNumbers(plan), expand(plan)]
    : [expand(plan)];
}

/** The steps that fill it in all rows, and hold it unique and set. */
export function fillTable(plan: ConversionPlan): ConversionStep[] {
  const { table, added } = plan;
  return [
    ...(added.value === 'creation-order' ? [number(plan)] : []),
    fill(plan),
    {
      name: `index ${added.name} of ${written(table)}`,
      phase: 'backfill',
      work: {
        kind: 'index',
        table,
        name: newKeyIndex(plan),
        isUnique: true,
        on: `(${quoteIdentifier(added.name)})`,
      },
      undo: [{ kind: 'drop-index', schema: table.schema, name: newKeyIndex(plan) }],
    },
    ...notNullSteps(table, added.name),
  ];
}

/**
 * Rows that stand get the numbers below this start in the order in which they were made, and new
 * ones those from it. There is room for what is inserted before the column is there.
 */
function reserveNumbers({ table }: ConversionPlan): ConversionStep {
  const sequence = ownName(table, 'ids');
  return {
    name: `reserve numbers for ${written(table)}`,
    phase: 'expand',
    work: {
      kind: 'long',
      statements: [
        `DO $do$ BEGIN
           EXECUTE format(${quoteText(`CREATE SEQUENCE ${sequence.replaceAll('%', '%%')} AS bigint START WITH %s`)},
             (SELECT count(*) + count(*) / 50 + 10000 FROM ${sqlTable(table)}));
         END $do$`,
      ],
    },
    undo: [{ kind: 'long', statements: [`DROP SEQUENCE IF EXISTS ${sequence}`] }],
  };
}

function expand(plan: ConversionPlan): ConversionStep {
  const { table, added } = plan;
  const column = quoteIdentifier(added.name);
  return {
    name: `add ${added.name} to ${written(table)}`,
    phase: 'expand',
    work: {
      kind: 'transaction',
      locks: [table],
      statements: [
        `ALTER TABLE ${sqlTable(table)} ADD COLUMN ${column} ${added.type}`,
        makeFunction(table, 'fill', fillBody(plan)),
        ...makeTrigger({
          table,
          suffix: 'fill',
          event: 'BEFORE INSERT OR UPDATE',
          when: `NEW.${column} IS NULL`,
        }),
      ],
    },
    undo: [
      {
        kind: 'transaction',
        locks: [table],
        statements: [
          ...dropTriggers(table, ['fill']),
          ...dropFunctions(table, ['fill']),
          `ALTER TABLE ${sqlTable(table)} DROP COLUMN IF EXISTS ${column}`,
        ],
      },
    ],
  };
}

/** Numbers the rows that stand, and lets an update fetch the number of its row. */
function number(plan: ConversionPlan): ConversionStep {
  const { table, key, added } = plan;
  const [numbers, sequence] = [ownName(table, 'numbers'), ownName(table, 'ids')];
  const [column, keyColumn] = [quoteIdentifier(added.name), quoteIdentifier(key.name)];
  const time = added.createdAt && `r.${quoteIdentifier(added.createdAt.name)} NULLS FIRST`;
  const order = [...(time === null ? [] : [time]), `r.${keyColumn}`].join(', ');
  return {
    name: `number ${written(table)}`,
    phase: 'backfill',
    work: {
      kind: 'long',
      statements: [
        `CREATE TABLE ${numbers} AS
           SELECT n.key, CASE WHEN n.number < s.seqstart THEN n.number
             ELSE nextval(s.seqrelid) END AS number
           FROM (SELECT r.${keyColumn} AS key, row_number() OVER (ORDER BY ${order}) AS number
             FROM ${sqlTable(table)} r WHERE r.${column} IS NULL) n
           JOIN pg_sequence s ON s.seqrelid = ${quoteText(sequence)}::regclass`,
        `ALTER TABLE ${numbers} ADD PRIMARY KEY (key)`,
        `ANALYZE ${numbers}`,
        makeFunction(table, 'fill', numberedFillBody(plan)),
      ],
    },
    undo: [
      {
        kind: 'transaction',
        locks: [],
        statements: [
          makeFunction(table, 'fill', fillBody(plan)),
          `DROP TABLE IF EXISTS ${numbers}`,
        ],
      },
    ],
  };
}

function fill(plan: ConversionPlan): ConversionStep {
  const { table, key, added } = plan;
  const column = quoteIdentifier(added.name);
  const rows = rowsOfBatch(added.name);
  const change = `UPDATE ${sqlTable(table)} r SET ${column} =`;
  const isNumbered = added.value === 'creation-order';
  return {
    name: `fill ${added.name} of ${written(table)}`,
    phase: 'backfill',
    work: {
      kind: 'batches',
      table,
      update: isNumbered
        ? `${change} n.number FROM ${ownName(table, 'numbers')} n
             WHERE n.key OPERATOR(pg_catalog.=) r.${quoteIdentifier(key.name)} AND ${rows}`
        : `${change} ${filledValue(added, 'r')} WHERE ${rows}`,
      remaining: `${column} IS NULL`,
    },
    undo: [],
  };
}
