import { oldReports, reportTables } from './bookings.reports.js';

const people = [
  `CREATE TYPE "SchedulingType" AS ENUM ('roundRobin', 'collective', 'managed')`,
  `CREATE TYPE "BookingStatus" AS ENUM ('cancelled', 'accepted', 'rejected', 'pending')`,
  `CREATE TABLE users (
     id serial NOT NULL,
     username text,
     email text NOT NULL,
     created timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
     "invitedTo" integer,
     CONSTRAINT users_pkey PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX users_email_key ON users (email)',
  `CREATE TABLE "Team" (
     id serial NOT NULL,
     slug text,
     "parentId" integer,
     "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
     CONSTRAINT "Team_pkey" PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX "Team_slug_parentId_key" ON "Team" (slug, "parentId")',
  `CREATE TABLE "Membership" (
     id serial NOT NULL,
     "teamId" integer NOT NULL,
     "userId" integer NOT NULL,
     accepted boolean NOT NULL DEFAULT false,
     CONSTRAINT "Membership_pkey" PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX "Membership_userId_teamId_key" ON "Membership" ("userId", "teamId")',
  `CREATE TABLE "OutOfOfficeEntry" (
     id serial NOT NULL,
     uuid text NOT NULL,
     "userId" integer NOT NULL,
     "toUserId" integer,
     CONSTRAINT "OutOfOfficeEntry_pkey" PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX "OutOfOfficeEntry_uuid_key" ON "OutOfOfficeEntry" (uuid)',
  'CREATE INDEX "OutOfOfficeEntry_userId_toUserId_idx" ON "OutOfOfficeEntry" ("userId", "toUserId")',
];

const events = [
  `CREATE TABLE "EventType" (
     id serial NOT NULL,
     title text NOT NULL,
     slug text NOT NULL,
     length integer NOT NULL,
     "userId" integer,
     "teamId" integer,
     "parentId" integer,
     "schedulingType" "SchedulingType",
     metadata jsonb,
     CONSTRAINT "EventType_pkey" PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX "EventType_userId_slug_key" ON "EventType" ("userId", slug)',
  'CREATE UNIQUE INDEX "EventType_userId_parentId_key" ON "EventType" ("userId", "parentId")',
  'CREATE INDEX "EventType_parentId_idx" ON "EventType" ("parentId")',
  `CREATE TABLE "_user_eventtype" ("A" integer NOT NULL, "B" integer NOT NULL)`,
  'CREATE UNIQUE INDEX "_user_eventtype_AB_unique" ON "_user_eventtype" ("A", "B")',
  'CREATE INDEX "_user_eventtype_B_index" ON "_user_eventtype" ("B")',
  `CREATE TABLE "Host" (
     "userId" integer NOT NULL,
     "eventTypeId" integer NOT NULL,
     priority integer,
     CONSTRAINT "Host_pkey" PRIMARY KEY ("userId", "eventTypeId"))`,
  'CREATE INDEX "Host_eventTypeId_idx" ON "Host" ("eventTypeId")',
  `CREATE TABLE "Booking" (
     id serial NOT NULL,
     uid text NOT NULL,
     "userId" integer,
     "eventTypeId" integer,
     title text NOT NULL,
     "startTime" timestamp(3) NOT NULL,
     "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
     status "BookingStatus" NOT NULL DEFAULT 'accepted',
     "reassignById" integer,
     CONSTRAINT "Booking_pkey" PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX "Booking_uid_key" ON "Booking" (uid)',
  'CREATE INDEX "Booking_eventTypeId_idx" ON "Booking" ("eventTypeId")',
  'CREATE INDEX "Booking_userId_idx" ON "Booking" ("userId")',
];

const reference = (table: string, column: string, target: string, action: string) =>
  `ALTER TABLE "${table}" ADD CONSTRAINT "${table}_${column}_fkey" FOREIGN KEY ("${column}")
     REFERENCES "${target}" (id) ON DELETE ${action} ON UPDATE CASCADE`;

const references = [
  reference('Team', 'parentId', 'Team', 'CASCADE'),
  reference('Membership', 'teamId', 'Team', 'CASCADE'),
  reference('Membership', 'userId', 'users', 'CASCADE'),
  reference('OutOfOfficeEntry', 'userId', 'users', 'CASCADE'),
  reference('OutOfOfficeEntry', 'toUserId', 'users', 'CASCADE'),
  reference('EventType', 'userId', 'users', 'CASCADE'),
  reference('EventType', 'teamId', 'Team', 'CASCADE'),
  reference('EventType', 'parentId', 'EventType', 'CASCADE'),
  reference('_user_eventtype', 'A', 'EventType', 'CASCADE'),
  reference('_user_eventtype', 'B', 'users', 'CASCADE'),
  reference('Host', 'userId', 'users', 'CASCADE'),
  reference('Host', 'eventTypeId', 'EventType', 'CASCADE'),
  reference('Booking', 'userId', 'users', 'CASCADE'),
  reference('Booking', 'eventTypeId', 'EventType', 'SET NULL'),
  reference('Booking', 'reassignById', 'users', 'SET NULL'),
];

const seeds = [
  `INSERT INTO users (username, email) SELECT 'user' || n, 'user' || n || '@seed'
     FROM generate_series(1, 200) n`,
  `INSERT INTO "Team" (slug, "parentId") SELECT 'team' || n, CASE WHEN n > 5 THEN n % 5 + 1 END
     FROM generate_series(1, 20) n`,
  `INSERT INTO "Membership" ("teamId", "userId")
     SELECT 1 + (id * step) % 20, id FROM users, unnest(ARRAY[1, 3]) step WHERE id % 10 > 0`,
  `INSERT INTO "OutOfOfficeEntry" (uuid, "userId", "toUserId")
     SELECT gen_random_uuid(), id, CASE WHEN id % 3 > 0 THEN 1 + id % 50 END FROM users`,
  `INSERT INTO "EventType" (title, slug, length, "userId")
     SELECT 'seed ' || n, 'slug' || n, 15 + n % 4 * 15, 1 + n % 200 FROM generate_series(1, 400) n`,
  `UPDATE "EventType" SET "parentId" = 1 + id % 20, "schedulingType" = 'managed' WHERE id > 200`,
  `INSERT INTO "_user_eventtype" ("A", "B") SELECT id, "userId" FROM "EventType"`,
  `INSERT INTO "Host" ("userId", "eventTypeId", priority)
     SELECT 1 + (id * step) % 200, id, step FROM "EventType", unnest(ARRAY[3, 7]) step
     ON CONFLICT DO NOTHING`,
  `INSERT INTO "Booking" (uid, "userId", "eventTypeId", title, "startTime")
     SELECT 'seed ' || n, 1 + n % 200, CASE WHEN n % 11 > 0 THEN 1 + n % 400 END, 'Meeting ' || n,
       timestamp '2025-01-01' + n * interval '1 hour' FROM generate_series(1, 2000) n`,
];

/**
 * Tables of an application for appointments, as the migrations of cal.com, which is made with Prisma,
 * describe them: quoted names in two cases, foreign keys that cascade on update, an implicit table
 * of pairs, enums, and triggers that keep a copy by names without a schema.
 */
export const bookingTables: readonly string[] = [
  ...people,
  ...events,
  ...references,
  ...reportTables,
  ...oldReports,
  ...seeds,
];
