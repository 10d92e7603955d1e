import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  AccessControl,
  CurrentPrincipal,
  newPublicId,
  Requires,
  ReturnsNothing,
  SignedIn,
} from 'nest-dual-id';
import type { Authenticator, Credential, Principal } from 'nest-dual-id';
import { Wishlist } from '../../examples/wishlists.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';

const right = 'notes:read';
const seen: Principal[] = [];

/** Knows who people are, and neither scopes nor permissions of theirs. */
@Injectable()
class PlainAuthenticator implements Authenticator {
  constructor(@Inject(AccessControl) access: AccessControl) {
    access.authenticateWith(this);
  }

  authenticate({ headers }: FastifyRequest): Credential | undefined {
    const principalUuid = headers.authorization;
    return principalUuid === undefined ? undefined : { principalUuid, scopes: undefined };
  }
}

@Module({ providers: [PlainAuthenticator] })
class PlainModule {}

@Controller('notes')
class NotesController {
  @Get('seen')
  @SignedIn()
  @ReturnsNothing()
  see(@CurrentPrincipal() principal: Principal): void {
    seen.push(principal);
  }

  @Get()
  @Requires(right)
  @ReturnsNothing()
  list(): void {}
}

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  const parts = { url: database.url, entities: [], imports: [PlainModule] };
  api = await startApi({ ...parts, controllers: [NotesController] });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const statusOf = async (path: string) =>
  (await api.ask('GET', path, { headers: { authorization: newPublicId(4) } })).status;

function expectFixed(permissions: ReadonlySet<string>): void {
  const open = permissions as Set<string>;
  expect(() => open.add(right)).toThrow(TypeError);
  expect(() => open.delete(right)).toThrow(TypeError);
  expect(() => open.clear()).toThrow(TypeError);
  expect([...open]).toEqual([]);
}

test('a handler gives nobody a permission by what it is told of a caller who has none', async () => {
  expect([await statusOf('/notes/seen'), await statusOf('/notes')]).toEqual([204, 403]);
  expectFixed(seen[0]!.permissions);
  expect(await statusOf('/notes')).toBe(403);
});

test('the permissions of a guest, who has none, cannot be changed', async () => {
  const access = new AccessControl();
  const guestOf = { entity: Wishlist, uuid: newPublicId(4) };
  const credential = { principalUuid: null, guestOf, scopes: new Set([right]) };
  access.authenticateWith({ authenticate: () => credential });
  const { permissions } = await access.principalOf({ headers: {} } as FastifyRequest);
  expectFixed(permissions);
});
