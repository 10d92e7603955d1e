import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { openApiOf, OwnOr, problem, PublicIdParam, ReturnsSchema } from 'nest-dual-id';
import type { Credential, PublicId } from 'nest-dual-id';
import { BadgeModule, badges, NotesController, permissions, seen } from '../../examples/badges.js';
import type { Api } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import { Role } from '../../support/guarded-entities.js';
import type { TestDatabase } from '../../support/database.js';
import { Cart } from '../../support/market/market.entities.js';
import { freshDatabase } from '../../support/database.js';

const staff = '11111111-1111-4111-8111-111111111111';
const guest = '22222222-2222-4222-8222-222222222222';
const gone = '33333333-3333-4333-8333-333333333333';

const row = { entity: Cart, uuid: '44444444-4444-4444-8444-444444444444' };

/** How many badges were read. */
let read = 0;
const given: Readonly<Record<string, () => Credential>> = {
  staff: () => ({ principalUuid: staff, scopes: undefined }),
  guest: () => ({ principalUuid: guest, scopes: undefined }),
  gone: () => ({ principalUuid: gone, scopes: undefined }),
  narrow: () => ({ principalUuid: staff, scopes: new Set(['notes:write']) }),
  robot: () => ({ principalUuid: null, scopes: new Set(['notes:read']) }),
  visitor: () => ({ principalUuid: null, guestOf: row, scopes: new Set(['notes:read']) }),
  double: () => ({ principalUuid: staff, guestOf: row, scopes: new Set(['notes:read']) }),
  boundless: () => ({ principalUuid: null, guestOf: row, scopes: undefined }),
  lost: () => ({
    principalUuid: null,
    guestOf: { ...row, uuid: 'x' },
    scopes: new Set(['notes:read']),
  }),
  expired: () => {
    throw problem('unauthenticated', { detail: 'The badge has expired.' });
  },
  careless: () => ({ scopes: undefined }) as never,
  broken: () => {
    throw new TypeError('the reader of badges is broken: secret 123');
  },
};
for (const [name, badge] of Object.entries(given)) {
  badges.set(name, () => {
    read += 1;
    return badge();
  });
}
permissions.set(staff, new Set(['notes:read', 'notes:write']));
permissions.set(guest, new Set());

const showing = (badge: string) => ({ headers: { authorization: `Bearer ${badge}` } });

let database: TestDatabase;
let api: Api;
const parts = () => ({ url: database.url, entities: [], imports: [BadgeModule] });
beforeAll(async () => {
  database = await freshDatabase();
  api = await startApi({ ...parts(), controllers: [NotesController] });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

describe('a route', () => {
  test.each([
    ['open', undefined, 200],
    ['elsewhere', undefined, 200],
    ['mine', undefined, 401],
    ['mine', 'garbage', 401],
    ['mine', 'expired', 401],
    ['mine', 'gone', 401],
    ['mine', 'guest', 200],
    ['mine', 'narrow', 200],
    ['all', undefined, 401],
    ['all', 'guest', 403],
    ['all', 'narrow', 403],
    ['all', 'staff', 200],
    ['all', 'robot', 200],
    ['own', undefined, 401],
    ['own', 'guest', 200],
    ['own', 'narrow', 403],
    ['own', 'staff', 200],
    ['own', 'robot', 200],
    ['open', 'visitor', 200],
    ['mine', 'visitor', 403],
    ['all', 'visitor', 403],
    ['own', 'visitor', 403],
    ['own', 'double', 500],
    ['mine', 'boundless', 500],
    ['mine', 'lost', 500],
  ])('%s with the credentials %s is %i', async (path, badge, status) => {
    const sent = badge === undefined ? {} : showing(badge);
    expect((await api.ask('GET', `/notes/${path}`, sent)).status).toBe(status);
  });

  test('that is signed in hands the principal to its handler', async () => {
    const { body } = await api.ask('GET', '/notes/mine', showing('guest'));
    expect(body).toEqual({ who: guest, owner: null });
  });

  test('for own rows restricts callers without the permission, and nobody else', async () => {
    const own = await api.ask('GET', '/notes/own', showing('guest'));
    expect(own.body).toEqual({ who: guest, owner: guest });
    const all = await api.ask('GET', '/notes/own', showing('staff'));
    expect(all.body).toEqual({ who: staff, owner: null });
  });

  test('that is public asks nobody for credentials, valid or not', async () => {
    const before = read;
    const { body } = await api.ask('GET', '/notes/open', showing('expired'));
    expect(body).toEqual({ who: null, owner: null });
    expect(read).toBe(before);
  });

  test('answers HEAD under the policy of GET', async () => {
    expect((await api.ask('HEAD', '/notes/all')).status).toBe(401);
    expect((await api.ask('HEAD', '/notes/all', showing('staff'))).status).toBe(200);
  });

  test('keeps the principals of concurrent requests apart', async () => {
    const asked = Array.from({ length: 40 }, (_, place) => (place % 2 ? 'guest' : 'staff'));
    const found = await Promise.all(
      asked.map(async (badge) => (await api.ask('GET', '/notes/own', showing(badge))).body.who),
    );
    expect(found).toEqual(asked.map((badge) => (badge === 'guest' ? guest : staff)));
  });
});

describe('a refusal', () => {
  test('without credentials names the scheme, as RFC 6750 has it', async () => {
    const { headers, body } = await api.get('/notes/mine');
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(body).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(headers['cache-control']).toBe('no-store');
  });

  test('of invalid credentials says why', async () => {
    const { headers, body } = await api.ask('GET', '/notes/mine', showing('expired'));
    expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(body.detail).toContain('The badge has expired.');
  });

  test('of somebody without the permission names it', async () => {
    const { headers, body } = await api.ask('GET', '/notes/all', showing('guest'));
    expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
    expect(body.detail).toContain('The caller lacks the permission notes:read.');
    const narrow = await api.ask('GET', '/notes/all', showing('narrow'));
    expect(narrow.body.detail).toContain('The credentials lack the scope notes:read.');
  });

  test('of a malformed body comes before anybody is asked for credentials', async () => {
    const before = read;
    const { status } = await api.ask('POST', '/notes/write', {
      ...showing('staff'),
      body: { amountId: 5 },
    });
    expect(status).toBe(400);
    expect(read).toBe(before);
  });

  test('of a broken authenticator is 500 and shows nothing of it', async () => {
    const { status, text: shown } = await api.ask('GET', '/notes/mine', showing('broken'));
    expect(status).toBe(500);
    expect(shown).toContain('"code":"internal"');
    expect(shown).not.toContain('secret');
  });
});

test('a credential without a principal is a fault of its authenticator, not a caller who sees all', async () => {
  const { status } = await api.ask('GET', '/notes/own', showing('careless'));
  expect(status).toBe(500);
});

describe('an application with access control', () => {
  test('does not boot with a route for own rows of an entity that has no owner', async () => {
    @Controller('roles')
    class RolesController {
      @Get(':roleUuid')
      @OwnOr('roles:read')
      @ReturnsSchema(seen)
      show(@PublicIdParam('roleUuid', Role) _uuid: PublicId<Role>) {
        return { who: null, owner: null };
      }
    }
    const message = await refusalOf({
      ...parts(),
      entities: [Role],
      controllers: [RolesController],
    });
    expect(message).toContain('is for own rows (@OwnOr), but Role declares no owner');
  });

  test('does not boot with a route that has no policy', async () => {
    @Controller('things')
    class ThingsController {
      @Get() @ReturnsSchema(seen) list() {
        return { who: null, owner: null };
      }
    }
    expect(await refusalOf({ ...parts(), controllers: [ThingsController] })).toContain(
      'GET /things has no policy. Give it, or its controller, @Public, @SignedIn,',
    );
  });

  test('describes what every route asks of its callers', async () => {
    const document = await openApiOf(api.app, { title: 'Notes', version: '1' });
    const securityOf = (path: string) => document.paths[path]?.get?.security;
    expect(securityOf('/notes/open')).toEqual([]);
    expect(securityOf('/notes/mine')).toEqual([{ bearer: [] }]);
    expect(securityOf('/notes/own')).toEqual([{ bearer: ['notes:read'] }]);
    expect(document.paths['/notes/own']?.get).toHaveProperty('x-own-rows', true);
    expect(document.paths['/notes/all']?.get).not.toHaveProperty('x-own-rows');
    expect(securityOf('/notes/elsewhere')).toBeUndefined();
    expect(document.components?.securitySchemes).toHaveProperty('bearer.scheme', 'bearer');
  });
});

test('an application whose routes ask for credentials that nothing recognizes does not boot', async () => {
  const message = await refusalOf({
    url: database.url,
    entities: [],
    controllers: [NotesController],
  });
  expect(message).toContain(
    'GET /notes/mine asks for credentials, but nothing in the application recognizes who makes a request. Import a module',
  );
});

test('an application without access control needs no policies and describes none', async () => {
  @Controller('notes')
  class OpenController {
    @Get('all') @ReturnsSchema(seen) list() {
      return { who: null, owner: null };
    }
  }
  const plain = await startApi({ url: database.url, entities: [], controllers: [OpenController] });
  expect((await plain.get('/notes/all')).status).toBe(200);
  const document = await openApiOf(plain.app, { title: 'Notes', version: '1' });
  expect(document.paths['/notes/all']?.get?.security).toBeUndefined();
  expect(document.components?.securitySchemes).toBeUndefined();
  await plain.close();
});
