import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RegistryModule } from 'nest-dual-id/registry';
import { BadgeModule } from '../../examples/badges.js';
import { refusalOf } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const api = { permission: 'registry:read' } as const;

test.each([
  ['beside open routes', { api: 'open', types: { user: 'users:read' } }],
  ['beside guards', { api: { guards: [class {}] }, types: { user: 'users:read' } }],
])('permissions for types are refused %s', (_what, options) => {
  const start = () => RegistryModule.forRoot(options as never);
  expect(start).toThrow("nothing tells who calls; give it api: { permission: 'registry:read' }");
});

test('a permission for a type has the form of one', () => {
  const start = () => RegistryModule.forRoot({ api, types: { user: 'Users' } });
  expect(start).toThrow('"Users" is no name of a permission');
});

test('an application with a permission for a type that does not exist does not boot', async () => {
  const refusal = (types: Record<string, string>) =>
    refusalOf({
      url: database.url,
      entities: [],
      imports: [BadgeModule, RegistryModule.forRoot({ api, resolve: api, types })],
    });
  expect(await refusal({ usr: 'users:read' })).toContain('there is no type usr');
  expect(await refusal({ user: 'users:read' })).toBe('It boots.');
});

test('lists are not for own rows, because passports have no owner', () => {
  const options = { api: { ownOr: 'registry:read' } };
  expect(() => RegistryModule.forRoot(options as never)).toThrow('does not say who may call');
});
