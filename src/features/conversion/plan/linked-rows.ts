import type { FoundTable } from '../catalog/facts.js';
import type { ConversionSession } from '../run/session.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { sqlTable } from '../steps/names.js';
import type { PlanNote } from './conversion-plan.js';
import { foundColumn } from './planned-key.js';
import { refusedNote, whereTrue } from './refused-note.js';

/** The columns of a row's link to its passport. */
interface LinkColumns {
  readonly masterColumn: string;
  readonly uuidColumn: string;
}

/** Rows that have no passport, and passports with more than one row. */
export async function rowNotes(
  session: ConversionSession,
  facts: FoundTable,
  registry: FoundTable,
  columns: LinkColumns,
): Promise<PlanNote[]> {
  if (!foundColumn(facts, columns.masterColumn)) {
    return [refusedNote(await unlinked(session, facts, registry, columns.masterColumn))];
  }
  if (!foundColumn(registry, 'id')) return [];
  const { masterColumn, uuidColumn } = columns;
  const [name, target] = [sqlTable(facts.table), sqlTable(registry.table)];
  const { orphans, repeated, unset } = await countLinks(session, { name, target, masterColumn });
  return [
    ...whereTrue([
      orphans !== '0',
      `${orphans} rows of ${name} name no row of ${target}. Give them one, or set ${masterColumn} to null.`,
    ]).map(refusedNote),
    ...whereTrue(
      [
        repeated !== '0',
        `${repeated} rows of ${target} are named by more than one row of ${name}; a master link needs one.`,
      ],
      [
        unset !== '0',
        `${unset} rows of ${name} have no passport, for their ${masterColumn} is null, and get no ${uuidColumn}. ${wayToEnroll(registry)}`,
      ],
    ).map((text): PlanNote => ({ kind: 'note', text })),
  ];
}

async function countLinks(
  session: ConversionSession,
  { name, target, masterColumn }: { name: string; target: string; masterColumn: string },
) {
  const column = quoteIdentifier(masterColumn);
  const [row] = await session.rows<{ orphans: string; repeated: string; unset: string }>(
    `SELECT
       (SELECT count(*) FROM ${name} r WHERE r.${column} IS NOT NULL
         AND NOT EXISTS (SELECT FROM ${target} p WHERE p.id = r.${column})) AS orphans,
       (SELECT count(*) FROM (SELECT FROM ${name} WHERE ${column} IS NOT NULL
         GROUP BY ${column} HAVING count(*) > 1) d) AS repeated,
       (SELECT count(*) FROM ${name} WHERE ${column} IS NULL) AS unset`,
  );
  return row!;
}

async function unlinked(
  session: ConversionSession,
  { table, isOwned }: FoundTable,
  registry: FoundTable,
  masterColumn: string,
): Promise<string> {
  const name = sqlTable(table);
  const lack = `${name} has no column ${masterColumn}`;
  const wayOut = `Name it with --master-column, or add it first: ALTER TABLE ${name} ADD COLUMN ${quoteIdentifier(masterColumn)} bigint. ${wayToEnroll(registry)}`;
  if (!isOwned) return `${lack}. ${wayOut}`;
  const [row] = await session.rows<{ all: string }>(`SELECT count(*) AS all FROM ${name}`);
  return `${lack}, and ${row!.all} rows without a passport. ${wayOut}`;
}

function wayToEnroll({ table }: FoundTable): string {
  return table.schema === 'dual_id'
    ? 'Enroll them before, in batches, with enrollRows of nest-dual-id/registry.'
    : `Give each a row of ${sqlTable(table)} before.`;
}
