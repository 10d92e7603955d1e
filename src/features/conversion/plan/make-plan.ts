import type { FoundTable } from '../catalog/facts.js';
import { readChildren } from '../catalog/read-children.js';
import { findTable, readFacts } from '../catalog/read-facts.js';
import type { ConversionSession } from '../run/session.js';
import type { ConversionPlan, PlanNote, TablePlace } from './conversion-plan.js';
import { catalogMark } from './catalog-mark.js';
import type { ConversionRequest } from './conversion-request.js';
import { goingColumns } from './going-columns.js';
import { withImpact } from './impact.js';
import { keptRefusals } from './kept-refusals.js';
import { linkPlan } from './link-plan.js';
import { constraintOf } from './new-names.js';
import { notesOn } from './notes.js';
import { isTextType, newColumnOf, plannedKey } from './planned-key.js';
import { plannedIndexes } from './planned-indexes.js';
import type { PlanContext } from './planned-references.js';
import { factsOf, plannedReferences, renamesOf } from './planned-references.js';
import { retypedIndexes, retypingOf } from './planned-retyping.js';
import { refusalsOf } from './refusals.js';
import { refusedNote } from './refused-note.js';
import { sizeOfTable } from './table-size.js';
import { takenNames, twinRefusals } from './taken-names.js';
import { textKeyRefusals } from './text-keys.js';
import { expressionRefusals } from './tried-expressions.js';
import { unseenReferences } from './unseen-references.js';

/** Reads the catalog, and plans a conversion. Nothing is changed. */
export async function makePlan(
  session: ConversionSession,
  request: ConversionRequest,
): Promise<ConversionPlan> {
  return session.transaction(5_000, async () => {
    const subject = await findTable(session, request.table);
    if (request.kind === 'add-master-uuid') return linkPlan(session, subject, request);
    return keyPlan(session, subject, request);
  });
}

/** The mark of the catalog as it is now, for the tables of a plan. */
export async function readMark(
  session: ConversionSession,
  { kind, subject, table }: ConversionPlan,
): Promise<string> {
  const facts = await readFacts(session, subject);
  const others =
    kind === 'add-master-uuid'
      ? [await readFacts(session, table)]
      : (await readChildren(session, facts)).values();
  return catalogMark([facts, ...others]);
}

async function keyPlan(
  session: ConversionSession,
  subject: TablePlace,
  request: ConversionRequest,
): Promise<ConversionPlan> {
  const facts = await readFacts(session, subject);
  const context = await contextOf(session, facts, request);
  const { key, added, retyping, kind } = context;
  const primaryKey = { name: key.constraint, column: key.name };
  const newKind = kind === 'add-uuid' ? 'unique' : 'primary';
  const plan = {
    format: 1 as const,
    kind,
    subject,
    table: subject,
    key,
    added,
    names: {
      newKey: constraintOf(newKind, subject, added.name, primaryKey),
      oldKey: constraintOf('unique', subject, key.name, primaryKey),
    },
    references: isFollowed(context) ? plannedReferences(context) : [],
    retyping,
  };
  const refusals = refusalsOf(facts, request);
  const others = [
    ...notesOn(context, plan.references),
    ...(await triedNotes(session, context, plan)),
    ...(await unseenReferences(session, plan)),
  ];
  return withImpact({
    ...plan,
    mark: catalogMark([facts, ...context.children.values()]),
    sizes: [facts, ...(isFollowed(context) ? context.children.values() : [])].map(sizeOfTable),
    notes: withoutRepeats([...refusals, ...others]),
  });
}

async function contextOf(
  session: ConversionSession,
  facts: FoundTable,
  request: ConversionRequest,
): Promise<PlanContext> {
  const key = plannedKey(facts);
  const { kind } = request;
  const retyping = retypingOf(key, kind);
  const children = await readChildren(session, facts);
  const context = { facts, children, key, added: newColumnOf(facts, request), retyping, kind };
  if (retyping === null) return context;
  const indexes = plannedIndexes(facts, key.name, renamesOf(context, facts.table));
  return { ...context, retyping: { ...retyping, indexes: retypedIndexes(indexes, kind) } };
}

/** Whether tables that refer to the key are changed with it. */
function isFollowed({ kind, retyping }: PlanContext): boolean {
  return kind !== 'add-uuid' || retyping !== null;
}

/** What the database itself is asked about a plan, where its tables are ones that can be read. */
async function triedNotes(
  session: ConversionSession,
  context: PlanContext,
  plan: Omit<ConversionPlan, 'impact' | 'mark' | 'notes' | 'sizes'>,
): Promise<PlanNote[]> {
  const { facts, key, kind } = context;
  if (facts.kind !== 'r' || !facts.isOwned || facts.isTemporary) return [];
  const find = (table: TablePlace) => factsOf(context, table);
  const refusals = [
    ...twinRefusals(plan, find),
    ...(await takenNames(session, plan)),
    ...(await keptRefusals(session, plan, facts)),
  ];
  if (kind === 'add-bigint' && isTextType(key.type)) {
    refusals.push(...(await textKeyRefusals(session, facts, key)));
  }
  if (kind === 'add-uuid') {
    for (const going of goingColumns(plan)) {
      refusals.push(...(await expressionRefusals(session, find(going.table), going)));
    }
  }
  return refusals.map(refusedNote);
}

function withoutRepeats(notes: readonly PlanNote[]): PlanNote[] {
  return [...new Map(notes.map((note) => [note.text, note])).values()];
}
