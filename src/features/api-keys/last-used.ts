import { Logger } from '@nestjs/common';
import { onBehalfOfNobody } from '../../core/database/caller.js';
import type { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';

/** Milliseconds between two writes. */
const flushMilliseconds = 60_000;
/** The maximum number of keys that are remembered between two writes. */
const maxKeys = 100_000;

/**
 * Remembers when keys were last used and writes it once a minute, in one statement. Uses that could
 * not be written are written with the next.
 */
export class LastUsed {
  #uses = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;

  constructor(
    private readonly database: Database,
    private readonly every = flushMilliseconds,
  ) {}

  note(uuid: string): void {
    if (this.#uses.size >= maxKeys && !this.#uses.has(uuid)) return;
    this.#uses.set(uuid, performance.now());
    this.#timer ??= setTimeout(() => void this.flush(), this.every).unref();
  }

  /** Writes what there is now; it never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    if (this.#uses.size === 0) return;
    this.#writing = this.#write().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async #write(): Promise<void> {
    const uses = this.#uses;
    this.#uses = new Map();
    try {
      // The clock of the process counts only the time since the use.
      const now = performance.now();
      const ages = [...uses.values()].map((at) => now - at);
      const left = await onBehalfOfNobody(() =>
        this.database.rows(writeUses, [[...uses.keys()], ages]),
      );
      this.#again(left.map(([uuid]) => [uuid as string, uses.get(uuid as string)!]));
      this.#isFailing = false;
    } catch (error) {
      this.#again([...uses]);
      this.#warn(error as Error);
    }
  }

  #again(uses: readonly (readonly [string, number])[]): void {
    for (const [uuid, at] of uses) if (!this.#uses.has(uuid)) this.#uses.set(uuid, at);
    if (uses.length > 0) this.#timer ??= setTimeout(() => void this.flush(), this.every).unref();
  }

  #warn({ message }: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    new Logger('DualId').warn(
      `When API keys were last used could not be written; it is tried again every minute. ${message}`,
    );
  }
}

/** Returns the keys that others keep locked, which are left for the next time. */
const writeUses = statement(
  `WITH used AS (
     SELECT uuid, clock_timestamp() - age * interval '1 millisecond' AS at
     FROM unnest($1::uuid[], $2::double precision[]) AS used (uuid, age)
   ), locked AS (
     SELECT k.id, k.uuid FROM dual_id.api_keys k WHERE k.uuid = ANY ($1::uuid[])
     ORDER BY k.id FOR NO KEY UPDATE SKIP LOCKED
   ), written AS (
     UPDATE dual_id.api_keys k SET last_used_at = used.at
     FROM locked JOIN used USING (uuid)
     WHERE k.id = locked.id AND (k.last_used_at IS NULL OR k.last_used_at < used.at)
   )
   SELECT uuid FROM dual_id.api_keys
   WHERE uuid = ANY ($1::uuid[]) AND uuid NOT IN (SELECT uuid FROM locked)`,
);
