import { randomUUID } from 'node:crypto';
import { problem } from '../../../core/errors/problem.js';
import type { ConversionStep } from '../steps/step.js';
import type { ConversionState, StoredConversion } from './conversion-store.js';
import type { ConversionSession } from './session.js';

/** How far a backfill is in the blocks of its table. */
export interface Place {
  readonly next: number;
  readonly end: number;
  /** The table's file, which is another one after a rewrite. */
  readonly file: string;
}

/** What a job has changed of a batch. */
export interface DonePart {
  /** Where the batch begins: everything before it is done. */
  readonly place: Place;
  readonly rows: number;
  /** Server processes of this runner, which wait for each other. */
  readonly own: readonly number[];
}

/** What a batch does to others, before it commits. */
export interface BatchEffect {
  /** Bytes of WAL that the server has written in total. */
  readonly wal: number;
  /** Whether somebody waits for a lock of the batch. */
  readonly isWaitedFor: boolean;
}

interface LiveSettings extends Pick<StoredConversion, 'isPaused' | 'rate'> {
  /** Bytes of WAL that the server has written in total. */
  readonly wal: number;
}

const writtenWal = `pg_catalog.pg_wal_lsn_diff(
  pg_catalog.pg_current_wal_insert_lsn(), '0/0'::pg_catalog.pg_lsn)::float8`;

/**
 * Writes how far a conversion is, in the transaction of the work itself. A runner that another one
 * has followed writes nothing any more: it finds another runner's mark.
 */
export class Checkpoints {
  readonly #runner = randomUUID();

  constructor(readonly name: string) {}

  /** Makes this process the runner. */
  async take(session: ConversionSession, state: ConversionState): Promise<void> {
    await session.run(
      `UPDATE dual_id_conversion.conversions SET runner = $2, state = $3, failure = NULL,
         changed_at = now() WHERE name = $1`,
      [this.name, this.#runner, state],
    );
  }

  /** Holds the conversion until the end of the transaction; fails if it has another runner. */
  hold(session: ConversionSession): Promise<LiveSettings> {
    return this.#locked(session, 'UPDATE');
  }

  /** Holds it together with other sessions of this runner. */
  share(session: ConversionSession): Promise<LiveSettings> {
    return this.#locked(session, 'SHARE');
  }

  /** Most rows a second at this moment. */
  async rate(session: ConversionSession): Promise<number | null> {
    const [row] = await session.rows<{ rate: number | null }>(
      'SELECT rate FROM dual_id_conversion.conversions WHERE name = $1',
      [this.name],
    );
    return row?.rate ?? null;
  }

  async #locked(session: ConversionSession, mode: 'UPDATE' | 'SHARE'): Promise<LiveSettings> {
    const [row] = await session.rows<LiveSettings>(
      `SELECT is_paused AS "isPaused", rate, ${writtenWal} AS wal
       FROM dual_id_conversion.conversions WHERE name = $1 AND runner = $2 FOR ${mode}`,
      [this.name, this.#runner],
    );
    if (row) return row;
    throw this.#taken();
  }

  async begin(session: ConversionSession, { name }: ConversionStep): Promise<void> {
    await session.run(
      `INSERT INTO dual_id_conversion.steps (conversion, name, state) VALUES ($1, $2, 'begun')
       ON CONFLICT (conversion, name) DO NOTHING`,
      [this.name, name],
    );
  }

  async end(
    session: ConversionSession,
    { name }: ConversionStep,
    result: object | null = null,
  ): Promise<void> {
    await session.run(
      `INSERT INTO dual_id_conversion.steps (conversion, name, state, ended_at, result)
       VALUES ($1, $2, 'done', clock_timestamp(), $3)
       ON CONFLICT (conversion, name) DO UPDATE SET state = 'done', ended_at = clock_timestamp(),
         result = excluded.result`,
      [this.name, name, result === null ? null : JSON.stringify(result)],
    );
  }

  /** Writes down what a part of a batch has changed; tells what it does to others. */
  async move(
    session: ConversionSession,
    { name }: ConversionStep,
    { place, rows, own }: DonePart,
  ): Promise<BatchEffect> {
    const [effect] = await session.rows<BatchEffect>(
      `UPDATE dual_id_conversion.steps SET next_block = $3, end_block = $4, file = $5::oid,
         rows = rows + $6 WHERE conversion = $1 AND name = $2
       RETURNING ${writtenWal} AS wal,
         EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.pid <> ALL ($7::int[])
           AND pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(l.pid)))
           AS "isWaitedFor"`,
      [this.name, name, place.next, place.end, place.file, rows, own],
    );
    return effect!;
  }

  async markUndone(
    session: ConversionSession,
    { name }: ConversionStep,
    undone: number,
  ): Promise<void> {
    await session.run(
      `UPDATE dual_id_conversion.steps SET undone = $3 WHERE conversion = $1 AND name = $2`,
      [this.name, name, undone],
    );
  }

  async forget(session: ConversionSession, { name }: ConversionStep): Promise<void> {
    await session.run(`DELETE FROM dual_id_conversion.steps WHERE conversion = $1 AND name = $2`, [
      this.name,
      name,
    ]);
  }

  async finish(
    session: ConversionSession,
    state: ConversionState,
    failure?: string,
  ): Promise<void> {
    const changed = await session.run(
      `UPDATE dual_id_conversion.conversions SET state = $3, failure = $4, changed_at = now()
       WHERE name = $1 AND runner = $2`,
      [this.name, this.#runner, state, failure ?? null],
    );
    if (changed === 0) throw this.#taken();
  }

  #taken(): Error {
    const detail = `The conversion of ${this.name} was taken over by another process.`;
    return problem('conversion_taken', { detail });
  }
}
