import type {
  ConversionImpact,
  ConversionPlan,
  PlannedReference,
  PlanNote,
  TablePlace,
} from '../features/conversion/plan/conversion-plan.js';
import { roundsOfBatch } from '../features/conversion/steps/batch-rows.js';
import { describeStep } from '../features/conversion/steps/step-sql.js';
import { stepsOf } from '../features/conversion/steps/steps-of.js';
import { inThousands } from './conversion-progress.js';
import { printLine, printTable } from './print.js';

/** Prints what a conversion would do. */
export function printPlan(plan: ConversionPlan, isJson: boolean): void {
  const steps = stepsOf(plan).map(describeStep);
  if (isJson) return printLine(JSON.stringify({ ...plan, steps }));
  printLine(`${shownTable(plan.subject)}: ${plan.kind}`);
  for (const line of plannedChanges(plan)) printLine(`  ${line}`);
  printLine();
  printTable([['table', 'rows, about', 'MB with indexes'], ...plan.sizes.map(sizeCells)]);
  printCosts(plan.impact);
  printNotes([...plan.notes, ...plan.impact.statements.map(asNote)]);
  printLine();
  const rows = steps.map(({ phase, name, locks }) => [phase, name, locks]);
  printTable([['phase', 'step', 'locks'], ...rows], 'left');
}

const batchLine = `-- for one range of blocks after another, from the row $1 to the row $2; $3 goes from 0 to ${roundsOfBatch - 1}:`;

/** Prints the statements of a conversion as a script, with those that take them back as comments. */
export function printScript(plan: ConversionPlan): void {
  printNotes(plan.notes);
  for (const [index, { phase, name, sql, undo }] of stepsOf(plan).map(describeStep).entries()) {
    printLine(`${index === 0 ? '' : '\n'}-- ${index + 1}. ${phase}: ${name}`);
    if (sql.some((statement) => statement.includes('$2::tid'))) {
      printLine(batchLine);
    }
    for (const statement of sql) printLine(`${statement};`);
    if (phase !== 'contract') printLine(undo.length > 0 ? '-- undo:' : '-- undo: nothing');
    for (const statement of undo) printLine(`${statement};`.replaceAll(/^/gm, '--   '));
  }
}

/** A table's name for a reader: `public.orders`, or `public."Order Line"`. */
export function shownTable({ schema, name }: TablePlace): string {
  return [schema, name].map(nameForReader).join('.');
}

function nameForReader(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function plannedChanges(plan: ConversionPlan): string[] {
  const { table, key, added, retyping, references, kind } = plan;
  const own = shownTable(table);
  const of = references.flatMap((reference) => referenceLines(plan, reference));
  if (kind === 'add-master-uuid') return of;
  const movesKey = kind !== 'add-uuid';
  const twin = retyping && `${own}.${retyping.twin.name}`;
  return [
    `${own}.${nameForReader(added.name)} ${added.type} is new and unique, ${sourceOfValues(plan)}`,
    ...(twin === null
      ? []
      : [
          `${twin} is added beside ${key.name}, and takes its name and place at the contract: ${key.type} becomes ${retyping!.twin.type}`,
        ]),
    ...of,
    ...(movesKey
      ? [
          `the primary key moves from ${key.name} to ${added.name} with the swap; ${key.name} stays, unique`,
        ]
      : []),
  ];
}

function sourceOfValues({ added: { value, createdAt } }: ConversionPlan): string {
  const order = createdAt === null ? 'of the old key' : `of ${createdAt.name}`;
  const time = createdAt === null ? 'the time of the conversion' : `the time of ${createdAt.name}`;
  const values = {
    'random-uuid': 'with random UUIDs (version 4)',
    'time-uuid': `with UUIDs of version 7 that carry ${time}`,
    'creation-order': `numbered in the order ${order}`,
    registry: 'from the registry',
  };
  return values[value];
}

function referenceLines(plan: ConversionPlan, reference: PlannedReference): string[] {
  const { table, column, twin } = reference;
  const [own, other] = [nameForReader(column.name), nameForReader(twin.name)];
  const beside = `${shownTable(table)}.${other} ${twin.type} is added beside ${own}, kept in step by triggers`;
  const end = {
    'add-uuid': `takes its name and place at the contract`,
    'add-bigint': `${own} goes at the contract`,
    'uuid-key': `${own} goes at the contract`,
    'add-master-uuid': `both stay`,
  }[plan.kind];
  return [`${beside}; ${end}`];
}

const megabyte = 1_000_000;

function sizeCells({ table, rows, bytes }: ConversionPlan['sizes'][number]): string[] {
  return [shownTable(table), inThousands(rows), (bytes / megabyte).toFixed(1)];
}

function printCosts(impact: ConversionImpact): void {
  const { rows, tableGrowth, indexGrowth, wal, minutes, rowsPerSecond, unknown } = impact;
  const inMegabytes = (bytes: number) => `${(bytes / megabyte).toFixed(1)} MB`;
  printLine();
  printLine(
    `Estimate: ${inThousands(rows)} changes of rows, ${minutes} min at ${inThousands(rowsPerSecond)} a second;` +
      ` ${inMegabytes(tableGrowth)} more in tables, ${inMegabytes(indexGrowth)} in indexes, ${inMegabytes(wal)} of WAL.`,
  );
  for (const text of unknown) printLine(text);
}

function asNote(text: string): PlanNote {
  return { kind: 'note', text };
}

const headings = {
  refused: 'Refused until this is changed',
  'before-contract': 'To be changed before the contract',
  note: 'To be known',
} as const;

/** Notes in a script are comments. */
function printNotes(notes: readonly PlanNote[]): void {
  for (const kind of ['refused', 'before-contract', 'note'] as const) {
    const texts = notes.filter((note) => note.kind === kind).map(({ text }) => text);
    if (texts.length === 0) continue;
    printLine();
    printLine(`${headings[kind]}:`);
    for (const text of texts) printLine(`- ${text}`);
  }
}
