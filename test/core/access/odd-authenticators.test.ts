import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessControl, bearerToken } from 'nest-dual-id';
import type { Authenticator, Credential } from 'nest-dual-id';
import { NotesController } from '../../examples/badges.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';

const uuid = '4d0d5d6e-7d2c-4a57-9a43-6b1c2f3a4b5c';
let outcome: () => Credential;

/** Recognizes callers at once, or later, and throws whatever a test wants. */
@Injectable()
class OddAuthenticator implements Authenticator {
  constructor(@Inject(AccessControl) access: AccessControl) {
    access.authenticateWith(this);
  }

  authenticate({ headers }: FastifyRequest) {
    const token = bearerToken(headers.authorization);
    if (token === 'at-once') return outcome();
    return token === 'later' ? Promise.resolve().then(() => outcome()) : undefined;
  }
}

@Module({ providers: [OddAuthenticator] })
class OddModule {}

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  const parts = { url: database.url, entities: [], imports: [OddModule] };
  api = await startApi({ ...parts, controllers: [NotesController] });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test.each(['at-once', 'later'])(
  'an authenticator that throws something %s that is no error lets nobody in',
  async (token) => {
    const principal = { uuid, scopes: undefined, permissions: new Set(['notes:read']) };
    for (const thrown of [undefined, null, '', 0, 'no', principal]) {
      outcome = () => {
        throw thrown;
      };
      for (const path of ['mine', 'own', 'all']) {
        const headers = { authorization: `Bearer ${token}` };
        const { status, text } = await api.ask('GET', `/notes/${path}`, { headers });
        expect([thrown, path, status]).toEqual([thrown, path, 500]);
        expect(text).not.toContain('who');
      }
    }
  },
);

test('an authenticator may change the object that it returned before', async () => {
  const credential = { principalUuid: uuid, scopes: new Set(['notes:read']) };
  const who = async (principalUuid: string) => {
    credential.principalUuid = principalUuid;
    outcome = () => credential;
    const headers = { authorization: 'Bearer at-once' };
    return JSON.parse((await api.ask('GET', '/notes/own', { headers })).text) as unknown;
  };
  const other = uuid.replace('4', '5');
  expect([await who(uuid), await who(other)]).toMatchObject([{ who: uuid }, { who: other }]);
});
