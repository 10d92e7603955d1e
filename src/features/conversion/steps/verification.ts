import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { ConversionPlan, PlannedReference } from '../plan/conversion-plan.js';
import { sqlTable, written } from './names.js';
import { isCopied } from './references.js';
import type { Check, ConversionStep } from './step.js';

const range = 'r.ctid >= $1::tid AND r.ctid < $2::tid';

/** Compares what the conversion has made with what was there, in every row. */
export function verificationStep(plan: ConversionPlan): ConversionStep {
  return { ...comparison(plan), name: `verify ${written(plan.subject)}`, phase: 'verify' };
}

/** The same before old columns go: a restore, for one, may have written without the triggers. */
export function lastVerification(plan: ConversionPlan): ConversionStep {
  return { ...comparison(plan), name: `verify ${written(plan.subject)} again`, phase: 'contract' };
}

function comparison(plan: ConversionPlan): Pick<ConversionStep, 'work' | 'undo'> {
  const { kind, subject, retyping } = plan;
  const ofTable = kind === 'add-master-uuid' ? [] : [newColumnCheck(plan)];
  const ofType = retyping === null ? [] : [copyCheck(subject, retyping)];
  const ofReferences = plan.references.map((reference) =>
    isCopied(plan) ? copyCheck(reference.table, reference) : twinCheck(plan, reference),
  );
  return {
    work: { kind: 'checks', checks: [...ofTable, ...ofType, ...ofReferences] },
    undo: [],
  };
}

/** Two rows of one value were refusedNote by its unique index. */
function newColumnCheck({ table, added }: ConversionPlan): Check {
  const column = `r.${quoteIdentifier(added.name)}`;
  return {
    what: `rows of ${written(table)} without ${added.name}`,
    table,
    query: `SELECT count(*) AS rows, count(*) FILTER (WHERE ${column} IS NULL) AS faults,
        ${checksumOf(column)} AS checksum FROM ${sqlTable(table)} r WHERE ${range}`,
  };
}

function copyCheck(
  table: Check['table'],
  { column, twin }: Pick<PlannedReference, 'column' | 'twin'>,
): Check {
  const [own, other] = [`r.${quoteIdentifier(column.name)}`, `r.${quoteIdentifier(twin.name)}`];
  return {
    what: `rows of ${written(table)} whose ${twin.name} is not their ${column.name}`,
    table,
    query: `SELECT count(*) AS rows,
        count(*) FILTER (WHERE ${other} IS DISTINCT FROM ${own}::${twin.type}) AS faults,
        ${checksumOf(other)} AS checksum FROM ${sqlTable(table)} r WHERE ${range}`,
  };
}

function twinCheck(plan: ConversionPlan, { table, column, twin }: PlannedReference): Check {
  const [own, other] = [`r.${quoteIdentifier(column.name)}`, `r.${quoteIdentifier(twin.name)}`];
  const meant = `p.${quoteIdentifier(plan.added.name)}`;
  return {
    what: `rows of ${written(table)} whose ${twin.name} and ${column.name} name different rows`,
    table,
    query: `SELECT count(*) AS rows,
        count(*) FILTER (WHERE ${other} IS DISTINCT FROM ${meant}
          OR (${own} IS NOT NULL AND ${meant} IS NULL)) AS faults,
        ${checksumOf(other)} AS checksum
      FROM ${sqlTable(table)} r
      LEFT JOIN ${sqlTable(plan.table)} p ON p.${quoteIdentifier(plan.key.name)} = ${own}
      WHERE ${range}`,
  };
}

/** The same whatever the order of the rows. */
function checksumOf(column: string): string {
  return `coalesce(sum(hashtextextended(${column}::text, 0)), 0)::text`;
}
