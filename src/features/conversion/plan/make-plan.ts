import type { FoundTable } from '../catalog/facts.js';
import { findTable, readFacts } from '../catalog/read-facts.js';
import type { ConversionSession } from '../run/session.js';
import type { ConversionPlan, PlanNote, TablePlace } from './conversion-plan.js';
import type { ConversionRequest } from './conversion-request.js';
import { linkPlan } from './link-plan.js';
import { notesOn } from './notes.js';
import { plannedKey, newColumnOf } from './planned-key.js';
import { plannedReferences } from './planned-references.js';
import { retypingOf } from './planned-retyping.js';
import { constraintOf } from './new-names.js';
import { refusalsOf } from './refusals.js';

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

async function keyPlan(
  session: ConversionSession,
  subject: TablePlace,
  request: ConversionRequest,
): Promise<ConversionPlan> {
  const facts = await readFacts(session, subject);
  const refusals = refusalsOf(facts, request);
  const key = plannedKey(facts);
  const added = newColumnOf(facts, request);
  const retyping = retypingOf(facts, key, request.kind);
  const children = await readChildren(session, facts);
  const follows = request.kind !== 'add-uuid' || retyping !== null;
  const context = { facts, children, key, added, retyping, kind: request.kind };
  const references = follows ? plannedReferences(context) : [];
  const primaryKey = { name: key.constraint, column: key.name };
  const notes = [...refusals, ...notesOn(context, references)];
  return {
    format: 1,
    kind: request.kind,
    subject,
    table: subject,
    key,
    added,
    names: {
      newKey: constraintOf(
        request.kind === 'add-uuid' ? 'unique' : 'primary',
        subject,
        added.name,
        primaryKey,
      ),
      oldKey: constraintOf('unique', subject, key.name, primaryKey),
    },
    references,
    retyping,
    sizes: [facts, ...(follows ? children.values() : [])].map(sizeOf),
    notes: withoutRepeats(notes),
  };
}

/** The tables that refer to a table, each once, without the table itself. */
async function readChildren(
  session: ConversionSession,
  facts: FoundTable,
): Promise<ReadonlyMap<string, FoundTable>> {
  const children = new Map<string, FoundTable>();
  for (const { table } of facts.references) {
    const name = JSON.stringify(table);
    if (name === JSON.stringify(facts.table) || children.has(name)) continue;
    children.set(name, await readFacts(session, table));
  }
  return children;
}

function sizeOf({ table, rows, bytes }: FoundTable) {
  return { table, rows, bytes };
}

function withoutRepeats(notes: readonly PlanNote[]): PlanNote[] {
  return [...new Map(notes.map((note) => [note.text, note])).values()];
}
