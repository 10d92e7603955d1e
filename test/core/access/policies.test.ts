import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Post, Body } from '@nestjs/common';
import { IsInt } from 'class-validator';
import {
  CurrentPrincipal,
  currentOwner,
  currentPrincipal,
  GuardedElsewhere,
  openApiOf,
  OwnOr,
  Public,
  Requires,
  ReturnsSchema,
  SignedIn,
} from 'nest-dual-id';
import type { Principal } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { BadgeAuthenticator, BadgeModule, showing } from './badges.js';

const text = { type: ['string', 'null'] } as const;
const seen = {
  type: 'object',
  properties: { who: text, owner: text },
  required: ['who', 'owner'],
  additionalProperties: false,
} as const;

/** What a handler sees after it has waited. */
async function look() {
  await new Promise((resolve) => setImmediate(resolve));
  return { who: currentPrincipal()?.uuid ?? null, owner: currentOwner() ?? null };
}

class Amount {
  @IsInt() amount!: number;
}

@Controller('notes')
@SignedIn()
class NotesController {
  @Get('mine')
  @ReturnsSchema(seen)
  mine(@CurrentPrincipal() principal: Principal) {
    return { who: principal.uuid, owner: null };
  }

  @Get('open')
  @Public()
  @ReturnsSchema(seen)
  open() {
    return look();
  }

  @Get('all')
  @Requires('notes:read')
  @ReturnsSchema(seen)
  all() {
    return look();
  }

  @Get('own')
  @OwnOr('notes:read')
  @ReturnsSchema(seen)
  own() {
    return look();
  }

  @Post('write')
  @Requires('notes:write')
  @ReturnsSchema(seen)
  write(@Body() _input: Amount) {
    return look();
  }

  @Get('elsewhere')
  @GuardedElsewhere('a proxy checks certificates')
  @ReturnsSchema(seen)
  elsewhere() {
    return look();
  }
}

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

const staff = '11111111-1111-4111-8111-111111111111';
const guest = '22222222-2222-4222-8222-222222222222';

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
    const authenticator = api.app.get(BadgeAuthenticator);
    const before = authenticator.asked;
    const { body } = await api.ask('GET', '/notes/open', showing('expired'));
    expect(body).toEqual({ who: null, owner: null });
    expect(authenticator.asked).toBe(before);
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
    const authenticator = api.app.get(BadgeAuthenticator);
    const before = authenticator.asked;
    const { status } = await api.ask('POST', '/notes/write', { body: { amountId: 5 } });
    expect(status).toBe(400);
    expect(authenticator.asked).toBe(before);
  });

  test('of a broken authenticator is 500 and shows nothing of it', async () => {
    const { status, text: shown } = await api.ask('GET', '/notes/mine', showing('broken'));
    expect(status).toBe(500);
    expect(shown).toContain('"code":"internal"');
    expect(shown).not.toContain('secret');
  });
});

describe('an application with access control', () => {
  test('does not boot with a route that has no policy', async () => {
    @Controller('things')
    class ThingsController {
      @Get() @ReturnsSchema(seen) list() {
        return look();
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
    expect(securityOf('/notes/elsewhere')).toBeUndefined();
    expect(document.components?.securitySchemes).toHaveProperty('bearer.scheme', 'bearer');
  });
});

test('an application without access control needs no policies and describes none', async () => {
  const plain = await startApi({ url: database.url, entities: [], controllers: [NotesController] });
  expect((await plain.get('/notes/all')).status).toBe(200);
  const document = await openApiOf(plain.app, { title: 'Notes', version: '1' });
  expect(document.paths['/notes/all']?.get?.security).toBeUndefined();
  expect(document.components?.securitySchemes).toBeUndefined();
  await plain.close();
});

test.each(['', 'Orders', 'orders read', 'orders"read', 'a'.repeat(101)])(
  'a permission cannot be called %j',
  (name) => {
    expect(() => Requires(name)).toThrow('is not the name of a permission');
  },
);

test('a policy that leaves the decision to others needs a reason in words', () => {
  expect(() => GuardedElsewhere(' ')).toThrow('has no reason in words');
});
