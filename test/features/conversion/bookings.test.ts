import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bookingLines, staleReports } from '../../support/bookings/bookings.lines.js';
import {
  narrowedTriggers,
  newReports,
  oldReports,
} from '../../support/bookings/bookings.reports.js';
import type { BookingRelease } from '../../support/bookings/bookings.operations.js';
import { newRelease, oldRelease } from '../../support/bookings/bookings.operations.js';
import { bookingTables } from '../../support/bookings/bookings.tables.js';
import { BookingWriter } from '../../support/bookings/bookings.writer.js';
import { urlAs } from '../../support/roles.js';
import { textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

let stock: Stock;
let writer: BookingWriter;
let seeds: string[];

beforeAll(async () => {
  stock = await openStock([
    ...bookingTables,
    'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO test_application',
    'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO test_application',
  ]);
  seeds = await lines(oldRelease);
  writer = await BookingWriter.start(urlAs('application', stock.database.url));
  await writer.served(50);
});
afterAll(async () => {
  await writer?.stop();
  await stock?.stop();
});

async function lines(release: BookingRelease): Promise<string[]> {
  const rows = await stock.rows<{ line: string }>(bookingLines(release));
  return rows.map(({ line }) => line).toSorted();
}

/** Seeds are as they were, what the writer knows is there, and the copy for reports is true. */
async function expectAllRows(release: BookingRelease): Promise<void> {
  await writer.use();
  const ofWriter = /^(?:event|pair|host|booking)\|w/;
  const all = await lines(release);
  expect(writer.failures).toEqual([]);
  expect(all.filter((line) => !ofWriter.test(line))).toEqual(seeds);
  expect(all.filter((line) => ofWriter.test(line))).toEqual(writer.lines());
  expect(await stock.rows(staleReports(release))).toEqual([]);
}

/** Columns, constraints and indexes of the tables that the application has. */
async function shape(): Promise<string[]> {
  const rows = await stock.rows<{ line: string }>(
    `SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable) AS line
       FROM information_schema.columns WHERE table_schema = 'public'
     UNION SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u')
     UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal`,
  );
  return rows.map(({ line }) => line).toSorted();
}

describe('the users of an application for appointments', () => {
  const request = { table: 'users', kind: 'add-uuid' } as const;

  test('are planned, and triggers, functions and columns without foreign keys are named', async () => {
    const plan = await stock.conversions.plan(request);
    expect(textsOf(plan, 'refused')).toBe('');
    expect(textsOf(plan, 'before-contract')).toBe('');
    const notes = textsOf(plan, 'note');
    expect(notes).toMatch(/The trigger booking_changed of "public"\."Booking" fires for every row/);
    expect(notes).toMatch(
      /The function public\.refresh_booking\(integer\) names "public"\."Booking"/,
    );
    expect(notes.match(/\w+ of "public"\."\w+" is called like a reference/g)).toEqual([
      'userId of "public"."BookingDenormalized" is called like a reference',
    ]);
    expect(notes).not.toMatch(/length_changed|parent_changed/);
  });

  test('get a UUID while it books, and are as before when it is taken back', async () => {
    await writer.use();
    for (const statement of narrowedTriggers) await stock.rows(statement);
    const before = await shape();
    await writer.use(oldRelease);
    await stock.conversions.start(await stock.conversions.plan(request));
    await writer.served(50);
    await expectAllRows(oldRelease);
    await writer.use(oldRelease);
    await stock.conversions.rollback('users');
    await writer.served(50);
    await expectAllRows(oldRelease);
    expect(await shape()).toEqual(before);
  }, 60_000);

  test('get it for good, and nothing changes but types', async () => {
    const before = await shape();
    await writer.use(oldRelease);
    await stock.conversions.start(await stock.conversions.plan(request));
    await stock.conversions.contract('users');
    await writer.served(50);
    await expectAllRows(oldRelease);
    expect(await shape()).toEqual(
      [
        ...before.map((line) => line.replace(ofUsers, '$1 bigint')),
        'users uuid uuid NO',
        'users users_uuid_uq UNIQUE (uuid)',
        'CREATE UNIQUE INDEX users_uuid_uq ON public.users USING btree (uuid)',
      ].toSorted(),
    );
  }, 60_000);

  const ofUsers =
    /^((?!BookingDenormalized)\w+ (?:userId|toUserId|reassignById)|_user_eventtype B|users id) integer/;
});

describe('its event types', () => {
  const request = { table: '"EventType"', kind: 'uuid-key' } as const;

  test('get UUIDv7 keys while two releases book, and are as before when it is taken back', async () => {
    const before = await shape();
    await convert();
    await writer.use(oldRelease, newRelease);
    await writer.served(100);
    await expectAllRows(oldRelease);
    await expectAllRows(newRelease);
    for (const statement of oldReports) await stock.rows(statement);
    await writer.use(oldRelease);
    await stock.conversions.rollback('public."EventType"');
    await writer.served(50);
    await expectAllRows(oldRelease);
    expect(await shape()).toEqual(before);
  }, 60_000);

  test('get them for good, by names of the same manner', async () => {
    await convert();
    await writer.use(newRelease);
    await stock.conversions.contract('public."EventType"');
    await writer.served(100);
    await expectAllRows(newRelease);
    expect((await shape()).filter((line) => /uuid/i.test(line))).toEqual(
      expect.arrayContaining([
        '"Booking" Booking_eventTypeUuid_fkey FOREIGN KEY ("eventTypeUuid") REFERENCES "EventType"(uuid) ON UPDATE CASCADE ON DELETE SET NULL',
        '"EventType" EventType_parentUuid_fkey FOREIGN KEY ("parentUuid") REFERENCES "EventType"(uuid) ON UPDATE CASCADE ON DELETE CASCADE',
        '"Host" Host_pkey PRIMARY KEY ("userId", "eventTypeUuid")',
        'CREATE INDEX "Host_eventTypeUuid_idx" ON public."Host" USING btree ("eventTypeUuid")',
        'CREATE UNIQUE INDEX "EventType_userId_parentUuid_key" ON public."EventType" USING btree ("userId", "parentUuid")',
        'CREATE UNIQUE INDEX "_user_eventtype_AB_unique" ON public._user_eventtype USING btree ("A_uuid", "B")',
        '_user_eventtype _user_eventtype_A_uuid_fkey FOREIGN KEY ("A_uuid") REFERENCES "EventType"(uuid) ON UPDATE CASCADE ON DELETE CASCADE',
      ]),
    );
  }, 60_000);

  /** Converts up to the contract, and lets the triggers use the new names. */
  async function convert(): Promise<void> {
    await writer.use(oldRelease);
    const plan = await stock.conversions.plan(request);
    expect(textsOf(plan, 'refused')).toBe('');
    expect(textsOf(plan, 'before-contract')).toMatch(
      /^trigger parent_changed on table .* uses parentId/m,
    );
    await stock.conversions.start(plan);
    await writer.served(50);
    await writer.use();
    for (const statement of newReports) await stock.rows(statement);
  }
});
