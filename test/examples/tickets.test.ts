import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Example } from '../support/example.js';
import { startExample } from '../support/example.js';
import { setClock } from '../support/skewed-clock.js';
import { BadgeModule, badges, permissions } from './badges.js';
import { RepliesController } from './ticket-replies.js';
import {
  Customer,
  legacyIds,
  migrateTickets,
  Reply,
  StragglersController,
  Ticket,
  TicketsController,
} from './tickets.js';

let example: Example;
/** What an old client has stored. */
const stored = { ticket: '', other: '', reply: '17' };
let uuid: string;
const agent = '61111111-1111-4111-8111-111111111111';

const as = (badge: string, method: string, path: string, body?: object) =>
  example.ask(method, path, {
    headers: { authorization: `Bearer ${badge}` },
    ...(body && { body }),
  });
/** Some day in the window. */
function setDay(day: string): void {
  setClock(0);
  setClock(Date.parse(day) - Date.now());
}

beforeAll(async () => {
  setDay('2026-12-01T12:00:00Z');
  example = await startExample({
    entities: [Customer, Ticket, Reply],
    controllers: [TicketsController, RepliesController, StragglersController],
    imports: [BadgeModule, legacyIds],
    migrate: migrateTickets,
  });
  const one = async (text: string) => (await example.sql(text))[0]!;
  const customers = ['Ada', 'Bob'].map((name) =>
    one(`INSERT INTO customers (name) VALUES ('${name}') RETURNING id::text, uuid`),
  );
  const [ada, bob] = await Promise.all(customers);
  const tickets = [ada, bob].map((customer) =>
    one(`INSERT INTO tickets (subject, customer_id) VALUES ('No sound', ${customer!['id']})
      RETURNING id::text, uuid`),
  );
  const [mine, theirs] = await Promise.all(tickets);
  await one(`INSERT INTO replies (text, ticket_id, old_number)
    VALUES ('Turn it on', ${mine!['id']}, ${stored.reply}) RETURNING uuid`);
  Object.assign(stored, { ticket: mine!['id'], other: theirs!['id'] });
  uuid = mine!['uuid']!;
  badges.set('ada', () => ({ principalUuid: ada!['uuid']!, scopes: undefined }));
  badges.set('agent', () => ({ principalUuid: agent, scopes: undefined }));
  permissions.set(ada!['uuid']!, new Set(['tickets:exchange']));
  permissions.set(agent, new Set(['tickets:read', 'tickets:exchange']));
});
afterAll(async () => {
  setClock(0);
  await example.stop();
});

describe('a client that stored numbers', () => {
  test('goes on working, and is told until when', async () => {
    const { status, body, headers } = await as('ada', 'GET', `/tickets/${stored.ticket}`);
    expect([status, body]).toEqual([200, { uuid, subject: 'No sound' }]);
    expect(headers).toMatchObject({
      deprecation: '@1790812800',
      sunset: 'Wed, 30 Jun 2027 22:00:00 GMT',
      link: `<https://developers.example.com/uuids>; rel="deprecation", <https://developers.example.com/uuids>; rel="sunset", </tickets/${uuid}>; rel="canonical"`,
    });
    const reply = await as('ada', 'GET', `/tickets/${stored.ticket}/replies/${stored.reply}`);
    expect([reply.status, reply.headers['sunset']]).toEqual([200, 'Wed, 31 Mar 2027 22:00:00 GMT']);
    expect((await as('ada', 'GET', `/tickets/${stored.other}`)).status).toBe(404);
  });

  test('filters and refers by them where a route says so', async () => {
    const reply = { text: 'It is on', ticketUuid: Number(stored.ticket) };
    const { status, body, headers } = await as('ada', 'POST', '/replies', reply);
    expect([status, body.ticketUuid]).toEqual([201, uuid]);
    expect(headers['sunset']).toBe('Wed, 30 Jun 2027 22:00:00 GMT');
    const list = await as('ada', 'GET', `/replies?ticketUuid=${stored.ticket}`);
    expect(list.body.items).toHaveLength(2);
    const foreign = await as('ada', 'POST', '/replies', { ...reply, ticketUuid: stored.other });
    expect(foreign.body.code).toBe('missing_reference');
  });

  test('exchanges them for UUIDs, its own alone', async () => {
    const body = { entity: 'tickets', numbers: [stored.other, stored.ticket] };
    const { body: exchanged } = await as('ada', 'POST', '/legacy-ids/exchange', body);
    expect(exchanged).toEqual({ uuids: [null, uuid] });
  });

  test('is seen until it has moved', async () => {
    expect((await as('agent', 'GET', '/stragglers')).body).toEqual({ callers: 1 });
  });

  test('sends numbers in vain after the window, and UUIDs as ever', async () => {
    setDay('2027-06-30T22:00:00Z');
    const { status, body } = await as('ada', 'GET', `/tickets/${stored.ticket}`);
    expect([status, body.code]).toEqual([410, 'legacy_id_retired']);
    expect((await as('ada', 'GET', `/tickets/${uuid}`)).status).toBe(200);
  });
});
