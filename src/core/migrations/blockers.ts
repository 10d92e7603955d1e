import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

/** A session that others wait for. Details visible only to its own role are null for others. */
export interface Blocker {
  readonly pid: number;
  readonly application: string | null;
  readonly role: string | null;
  readonly state: string | null;
  /** How long its transaction has run. */
  readonly seconds: number | null;
}

const blockerColumns = `b.pid, nullif(a.application_name, '') AS application, a.usename AS role, a.state,
  extract(epoch FROM clock_timestamp() - a.xact_start)::int AS seconds`;

// Omits its statement, which may contain values.
const blockersOf = `SELECT DISTINCT ${blockerColumns} FROM unnest(pg_blocking_pids($1)) AS b (pid)
  LEFT JOIN pg_stat_activity a ON a.pid = b.pid`;

const holdersOf = `SELECT ${blockerColumns} FROM pg_locks b LEFT JOIN pg_stat_activity a ON a.pid = b.pid
  WHERE b.locktype = 'advisory' AND b.granted AND b.objsubid = 2
    AND (b.classid, b.objid) = ($1::bigint::oid, $2::bigint::oid)
    AND b.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const maxNamed = 5;

/** The sessions that hold an advisory lock of this database. */
export function holdersOfLock(
  runner: { query(sql: string, values: unknown[]): Promise<unknown> },
  key: readonly [number, number],
): Promise<Blocker[]> {
  return runner.query(holdersOf, [...key]) as Promise<Blocker[]>;
}

/** Describes sessions for a log: `pid 4711 (psql, role ada, idle in transaction, for 12 s)`. */
export function describeBlockers(blockers: readonly Blocker[]): string {
  if (blockers.length === 0) return 'a session that ended before it could be named';
  const named = blockers.slice(0, maxNamed).map(describeBlocker).join(', ');
  const more = blockers.length - maxNamed;
  return more > 0 ? `${named} and ${more} more` : named;
}

function describeBlocker({ pid, application, role, state, seconds }: Blocker): string {
  if (pid === 0) return 'a prepared transaction (see pg_prepared_xacts)';
  const facts = [
    application ?? 'no application name',
    role && `role ${role}`,
    state,
    seconds !== null && `its transaction has run for ${seconds} s`,
  ];
  return `pid ${pid} (${facts.filter(Boolean).join(', ')})`;
}

/** What a watch observes, and when it reports. */
export interface Watched {
  readonly pid: number;
  readonly everyMilliseconds: number;
  /** Called once when it has been blocked for longer than `patientMilliseconds` without a break. */
  readonly onLongWait: (blockers: readonly Blocker[]) => void;
  readonly patientMilliseconds: number;
}

/** Polls which sessions block a session, which cannot check this itself while it waits. */
export class BlockerWatch {
  /** The sessions that blocked it last. */
  last: readonly Blocker[] = [];
  #isOver = false;
  #since: number | undefined;
  #hasTold = false;

  constructor(
    private readonly source: DataSource,
    private readonly watched: Watched,
  ) {
    void this.#look();
  }

  stop(): void {
    this.#isOver = true;
  }

  async #look(): Promise<void> {
    const { pid, everyMilliseconds } = this.watched;
    while (!this.#isOver) {
      await sleep(everyMilliseconds, undefined, { ref: false });
      // Names are only a help; a failed lookup must not fail the watched work.
      const blockers = await this.source.query<Blocker[]>(blockersOf, [pid]).catch(() => []);
      if (!this.#isOver) this.#see(blockers);
    }
  }

  #see(blockers: readonly Blocker[]): void {
    if (blockers.length === 0) {
      this.#since = undefined;
      this.#hasTold = false;
      return;
    }
    this.last = blockers;
    this.#since ??= performance.now();
    const { patientMilliseconds, onLongWait } = this.watched;
    if (this.#hasTold || performance.now() - this.#since <= patientMilliseconds) return;
    this.#hasTold = true;
    onLongWait(blockers);
  }
}
