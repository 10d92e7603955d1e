import { addHistory } from 'nest-dual-id/history';
import type { HistoryTable } from 'nest-dual-id/history';
import type pg from 'pg';
import type { Office } from './office.js';
import { logged, openOffice } from './office.js';

/** A logged table, with the columns that tell its rows apart. */
export type LoggedGround = HistoryTable & { readonly key: readonly string[] };

const keys: Readonly<Record<string, readonly string[]>> = {
  roles: ['uuid'],
  person_roles: ['person_id', 'role_uuid'],
  order_items: ['order_id', 'line'],
  shifts: ['id', 'month'],
};

const more: readonly HistoryTable[] = [
  { table: 'shifts', keep: 'changes' },
  { table: 'desks', keep: 'rows' },
];

/** The tables that random statements change. */
export const ground: readonly LoggedGround[] = [...logged, ...more].map((table) => ({
  ...table,
  key: keys[table.table] ?? ['id'],
}));

/**
 * An office with a partitioned table, a table whose rows two foreign keys change, and triggers of
 * the application that write logged tables.
 */
export async function openGround(): Promise<Office> {
  const office = await openOffice();
  await office.asOwner(tables);
  await office.owner.transaction(async (runner) => {
    for (const table of more) await addHistory(runner, table);
  });
  return office;
}

/** Replaces what is in the tables by a few rows, so that a run does not depend on the one before. */
export async function refillGround(client: pg.Client): Promise<void> {
  await client.query('ROLLBACK');
  for (const { table } of ground) await client.query(`DELETE FROM ${table}`);
  await client.query(`
    INSERT INTO people (name) VALUES ('a'), ('b'), ('c'), ('d');
    INSERT INTO roles (uuid, name) SELECT gen_random_uuid(), 'r' FROM generate_series(1, 3);
    INSERT INTO person_roles SELECT p.id, r.uuid FROM people p, roles r WHERE p.id % 2 = 0;
    INSERT INTO orders (person_id, total) SELECT id, 10 FROM people;
    INSERT INTO order_items SELECT id, g, g FROM orders, generate_series(1, 3) g;
    INSERT INTO shifts SELECT g, 1 + g % 3, 's' FROM generate_series(0, 4) g;
    INSERT INTO desks (id, owner_id, guest_id) SELECT row_number() OVER (), p.id, q.id
      FROM people p, people q WHERE (p.id + q.id) % 3 > 0;
    INSERT INTO notes SELECT g, 'n' FROM generate_series(0, 4) g`);
}

const tables = `
  CREATE TABLE shifts (id integer, month integer, label text, PRIMARY KEY (id, month))
    PARTITION BY LIST (month);
  CREATE TABLE shifts_1 PARTITION OF shifts FOR VALUES IN (1);
  CREATE TABLE shifts_2 (month integer, gone text, label text, id integer NOT NULL, PRIMARY KEY (id, month));
  ALTER TABLE shifts_2 DROP gone;
  ALTER TABLE shifts ATTACH PARTITION shifts_2 FOR VALUES IN (2, 3);
  CREATE TABLE desks (id integer PRIMARY KEY, label text, touched integer NOT NULL DEFAULT 0,
    owner_id bigint REFERENCES people ON DELETE SET NULL,
    guest_id bigint REFERENCES people ON DELETE SET NULL);
  CREATE FUNCTION touch_desk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.touched := CASE WHEN NEW.label = OLD.label THEN OLD.touched ELSE OLD.touched + 1 END;
      RETURN NEW;
    END $$;
  CREATE TRIGGER touched BEFORE UPDATE ON desks FOR EACH ROW EXECUTE FUNCTION touch_desk();
  CREATE SEQUENCE note_ids START 1000000;
  CREATE FUNCTION note_desk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO notes VALUES (nextval('note_ids'), OLD.label);
      RETURN NULL;
    END $$;
  CREATE TRIGGER noted AFTER DELETE ON desks FOR EACH ROW EXECUTE FUNCTION note_desk();
  CREATE FUNCTION greet_buyers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE people SET name = name || '!' WHERE id IN (SELECT person_id FROM bought);
      RETURN NULL;
    END $$;
  CREATE TRIGGER greeted AFTER INSERT ON orders REFERENCING NEW TABLE AS bought
    FOR EACH STATEMENT EXECUTE FUNCTION greet_buyers()`;
