import { problem } from '../../../core/errors/problem.js';
import type { ConversionPlan } from '../plan/conversion-plan.js';
import { conversionSchemaUp } from './conversion.schema.js';
import type { ConversionSession } from './session.js';

/** Where a conversion is. */
export type ConversionState =
  'planned' | 'running' | 'stopped' | 'observing' | 'contracted' | 'rolling back' | 'rolled back';

/** A conversion as the database keeps it. */
export interface StoredConversion {
  readonly name: string;
  readonly plan: ConversionPlan;
  readonly state: ConversionState;
  readonly isPaused: boolean;
  /** Most rows a second that a backfill changes, or null. */
  readonly rate: number | null;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** How far a step is. */
export interface StoredStep {
  readonly name: string;
  readonly state: 'begun' | 'done';
  readonly begunAt: Date;
  readonly endedAt: Date | null;
  readonly nextBlock: number | null;
  readonly endBlock: number | null;
  readonly file: string | null;
  readonly rows: number;
  readonly undone: number;
  readonly result: object | null;
}

const storedColumns = `c.name, c.plan, c.state, c.is_paused AS "isPaused", c.rate, c.failure,
  c.created_at AS "createdAt", c.changed_at AS "changedAt"`;

/** Creates the tables of conversions, where they are not there. */
export async function installConversions(session: ConversionSession): Promise<void> {
  const [found] = await session.rows<{ found: boolean }>(
    `SELECT to_regclass('dual_id_conversion.steps') IS NOT NULL AS found`,
  );
  if (found!.found) return;
  for (const statement of conversionSchemaUp) await session.run(statement);
}

/** Every conversion of the database, the newest first. */
export async function readConversions(session: ConversionSession): Promise<StoredConversion[]> {
  const [found] = await session.rows<{ found: boolean }>(
    `SELECT to_regclass('dual_id_conversion.conversions') IS NOT NULL AS found`,
  );
  if (!found!.found) return [];
  return session.rows(
    `SELECT ${storedColumns} FROM dual_id_conversion.conversions c ORDER BY c.created_at DESC, c.name`,
  );
}

/** The steps of a conversion that have begun, by their names. */
export async function readSteps(
  session: ConversionSession,
  name: string,
): Promise<ReadonlyMap<string, StoredStep>> {
  const rows = await session.rows<StoredStep>(
    `SELECT name, state, begun_at AS "begunAt", ended_at AS "endedAt",
       next_block::float8 AS "nextBlock", end_block::float8 AS "endBlock", file::text,
       rows::float8, undone, result
     FROM dual_id_conversion.steps WHERE conversion = $1`,
    [name],
  );
  return new Map(rows.map((step) => [step.name, step]));
}

/** Writes a plan down; one that is under way is not overwritten. */
export async function savePlan(
  session: ConversionSession,
  name: string,
  plan: ConversionPlan,
): Promise<void> {
  const saved = await session.rows(
    `INSERT INTO dual_id_conversion.conversions AS c (name, plan, state) VALUES ($1, $2, 'planned')
     ON CONFLICT (name) DO UPDATE SET plan = excluded.plan, state = 'planned', failure = NULL,
       is_paused = false, runner = NULL, created_at = now(), changed_at = now()
       WHERE c.state IN ('planned', 'rolled back', 'contracted') RETURNING 1`,
    [name, JSON.stringify(plan)],
  );
  if (saved.length === 0) {
    const detail = `A conversion of ${name} is under way. Resume it, or roll it back first.`;
    throw problem('conversion_refused', { detail });
  }
  await session.run(`DELETE FROM dual_id_conversion.steps WHERE conversion = $1`, [name]);
}

/** Changes what a runner looks at between two batches. */
export async function control(
  session: ConversionSession,
  name: string,
  change: { readonly isPaused?: boolean; readonly rate?: number | null },
): Promise<boolean> {
  const rows = await session.rows(
    `UPDATE dual_id_conversion.conversions SET is_paused = coalesce($2, is_paused),
       rate = CASE WHEN $3 THEN $4::integer ELSE rate END, changed_at = now()
     WHERE name = $1 RETURNING 1`,
    [name, change.isPaused ?? null, change.rate !== undefined, change.rate ?? null],
  );
  return rows.length > 0;
}
