/** A copy of all bookings for reports, which triggers keep, and which has no foreign keys. */
export const reportTables: readonly string[] = [
  `CREATE TABLE "BookingDenormalized" (
     id integer NOT NULL CONSTRAINT "BookingDenormalized_pkey" PRIMARY KEY,
     uid text NOT NULL,
     "eventTypeId" integer,
     "eventLength" integer,
     "eventParentId" integer,
     "userId" integer,
     status "BookingStatus" NOT NULL)`,
  `CREATE FUNCTION refresh_of_booking() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN PERFORM refresh_booking(NEW.id); RETURN NEW; END'`,
  `CREATE FUNCTION forget_booking() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN DELETE FROM "BookingDenormalized" WHERE id = OLD.id; RETURN OLD; END'`,
  `CREATE FUNCTION refresh_length() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     UPDATE "BookingDenormalized" SET "eventLength" = NEW.length WHERE "eventTypeId" = NEW.id;
     RETURN NEW; END $$`,
  `CREATE TRIGGER booking_changed AFTER INSERT OR UPDATE ON "Booking"
     FOR EACH ROW EXECUTE FUNCTION refresh_of_booking()`,
  `CREATE TRIGGER booking_deleted AFTER DELETE ON "Booking"
     FOR EACH ROW EXECUTE FUNCTION forget_booking()`,
  `CREATE TRIGGER length_changed AFTER UPDATE OF length ON "EventType"
     FOR EACH ROW EXECUTE FUNCTION refresh_length()`,
];

const refreshBooking = (
  query: string,
) => `CREATE OR REPLACE FUNCTION refresh_booking(booking_id integer)
  RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM "BookingDenormalized" WHERE id = booking_id;
    INSERT INTO "BookingDenormalized" ${query} WHERE b.id = booking_id;
  END $$`;

const refreshParent = (parent: string) => `CREATE OR REPLACE FUNCTION refresh_parent()
  RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE "BookingDenormalized" SET "eventParentId" = ${parent} WHERE "eventTypeId" = NEW.id;
    RETURN NEW;
  END $$`;

/** What keeps the copy by the old names. */
export const oldReports: readonly string[] = [
  refreshBooking(`SELECT b.id, b.uid, b."eventTypeId", et.length, et."parentId", b."userId", b.status
    FROM "Booking" b LEFT JOIN "EventType" et ON b."eventTypeId" = et.id`),
  refreshParent('NEW."parentId"'),
  `CREATE OR REPLACE TRIGGER parent_changed AFTER UPDATE OF "parentId" ON "EventType"
     FOR EACH ROW EXECUTE FUNCTION refresh_parent()`,
];

/** The same by the new names. Its trigger does not depend on which of two names a statement sets. */
export const newReports: readonly string[] = [
  refreshBooking(`SELECT b.id, b.uid, e.id, e.length, p.id, b."userId", b.status FROM "Booking" b
    LEFT JOIN "EventType" e ON b."eventTypeUuid" = e.uuid
    LEFT JOIN "EventType" p ON p.uuid = e."parentUuid"`),
  refreshParent('(SELECT p.id FROM "EventType" p WHERE p.uuid = NEW."parentUuid")'),
  `CREATE OR REPLACE TRIGGER parent_changed AFTER UPDATE ON "EventType" FOR EACH ROW
     WHEN (OLD."parentUuid" IS DISTINCT FROM NEW."parentUuid") EXECUTE FUNCTION refresh_parent()`,
];

/**
 * Triggers that leave the backfill alone. One that copies a row would do so for each, and may copy
 * what another transaction is about to change, as it may when two clients write at once.
 */
export const narrowedTriggers: readonly string[] = [
  `CREATE OR REPLACE TRIGGER booking_changed AFTER INSERT OR UPDATE OF uid, title, status ON "Booking"
     FOR EACH ROW EXECUTE FUNCTION refresh_of_booking()`,
];
