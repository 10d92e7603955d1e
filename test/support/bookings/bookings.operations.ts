import type pg from 'pg';

/** How a release of the application names event types. */
export interface BookingRelease {
  readonly key: 'id' | 'uuid';
  readonly event: 'eventTypeId' | 'eventTypeUuid';
  readonly parent: 'parentId' | 'parentUuid';
  readonly pair: 'A' | 'A_uuid';
}

export const oldRelease: BookingRelease = {
  key: 'id',
  event: 'eventTypeId',
  parent: 'parentId',
  pair: 'A',
};

export const newRelease: BookingRelease = {
  key: 'uuid',
  event: 'eventTypeUuid',
  parent: 'parentUuid',
  pair: 'A_uuid',
};

/** An event type as its owner knows it: what was acknowledged, and nothing else. */
export interface EventType {
  readonly slug: string;
  length: number;
  parent: string | null;
  readonly hosts: Map<number, number>;
  readonly bookings: Map<string, string>;
}

/** The names of prepared statements, by their texts. */
const names = new Map<string, string>();

/** What the application does on one connection, in prepared statements as Prisma makes them. */
export class BookingOperations {
  constructor(
    private readonly client: pg.Client,
    private readonly release: BookingRelease,
  ) {}

  async create(slug: string): Promise<EventType> {
    const { key, pair } = this.release;
    await this.client.query('BEGIN');
    // A release that names event types by UUIDs makes them, as Prisma does.
    const [more, value] = key === 'uuid' ? [', uuid', ', gen_random_uuid()'] : ['', ''];
    const [row] = await this.#ask(
      `INSERT INTO "public"."EventType" ("title", "slug", "length", "userId"${more})
         VALUES ($1, $1, 15, 1${value}) RETURNING "public"."EventType"."${key}" AS key`,
      [slug],
    );
    await this.#ask(
      `INSERT INTO "public"."_user_eventtype" ("${pair}", "B") VALUES ($1, 1) ON CONFLICT DO NOTHING`,
      [row!['key']],
    );
    await this.client.query('COMMIT');
    const made = { slug, length: 15, parent: null, hosts: new Map(), bookings: new Map() };
    return made;
  }

  async book(event: EventType, uid: string): Promise<void> {
    await this.#ask(
      `INSERT INTO "public"."Booking" ("uid", "userId", "title", "startTime", "${this.release.event}")
         VALUES ($1, 1, $1, now(), $2) RETURNING "public"."Booking"."id"`,
      [uid, await this.#key(event.slug)],
    );
    event.bookings.set(uid, 'accepted');
  }

  async cancel(event: EventType, uid: string): Promise<void> {
    await this.#ask(
      `UPDATE "public"."Booking" SET "status" = CAST($1::text AS "public"."BookingStatus") WHERE uid = $2`,
      ['cancelled', uid],
    );
    event.bookings.set(uid, 'cancelled');
  }

  /** Adds a host or changes one: by `ON CONFLICT` with the old names, and without it by new ones. */
  async host(event: EventType, user: number, priority: number): Promise<void> {
    const values = [user, await this.#key(event.slug), priority];
    const insert = `INSERT INTO "public"."Host" ("userId", "${this.release.event}", "priority") VALUES ($1, $2, $3)`;
    if (this.release.key === 'id') {
      const conflict = 'ON CONFLICT ("userId", "eventTypeId") DO UPDATE SET "priority" = $3';
      await this.#ask(`${insert} ${conflict}`, values);
    } else {
      const where = `WHERE "userId" = $1 AND "${this.release.event}" = $2`;
      const update = `UPDATE "public"."Host" SET "priority" = $3 ${where} RETURNING "userId"`;
      const found = await this.#ask(update, values);
      if (found.length === 0) await this.#ask(insert, values);
    }
    event.hosts.set(user, priority);
  }

  async resize(event: EventType, length: number): Promise<void> {
    await this.#ask(
      `UPDATE "public"."EventType" SET "length" = $1 WHERE "${this.release.key}" = $2`,
      [length, await this.#key(event.slug)],
    );
    event.length = length;
  }

  /** Sets the parent, which was reserved, or takes it away. */
  async adopt({ slug, parent }: EventType): Promise<void> {
    const key = parent === null ? null : await this.#key(parent);
    await this.#ask(
      `UPDATE "public"."EventType" SET "${this.release.parent}" = $1 WHERE slug = $2`,
      [key, slug],
    );
  }

  async delete({ slug }: EventType): Promise<void> {
    const key = await this.#key(slug);
    const ofEvent = `"public"."Booking" WHERE "${this.release.event}" = $1`;
    await this.#ask(`DELETE FROM ${ofEvent}`, [key]);
    await this.#ask(`DELETE FROM "public"."EventType" WHERE "${this.release.key}" = $1`, [key]);
  }

  async #key(slug: string): Promise<unknown> {
    const { key } = this.release;
    const text = `SELECT "public"."EventType"."${key}" AS key FROM "public"."EventType"
      WHERE "public"."EventType"."slug" = $1 LIMIT 1`;
    const [row] = await this.#ask(text, [slug]);
    return row!['key'];
  }

  /** Asks with a statement that is prepared once for each connection. */
  async #ask(text: string, values: readonly unknown[]) {
    const name = names.get(text) ?? `s${names.size}`;
    names.set(text, name);
    const { rows } = await this.client.query<Record<string, unknown>>({
      name,
      text,
      values: [...values],
    });
    return rows;
  }
}
