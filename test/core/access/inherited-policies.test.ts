import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { PolicyDecorator } from 'nest-dual-id';
import { Public, Requires, ReturnsSchema, SignedIn } from 'nest-dual-id';
import { BadgeModule } from '../../examples/badges.js';
import { refusalOf } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';

const nothing = { type: 'object', properties: {}, additionalProperties: false } as const;
const none: PolicyDecorator = () => undefined;

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

interface Policies {
  readonly ofHandler?: PolicyDecorator;
  readonly ofSubclass?: PolicyDecorator;
  readonly ofOverride?: PolicyDecorator;
}

/** Boots a controller that inherits a route from a class whose policy lets in whoever signs in. */
function boot({ ofHandler = none, ofSubclass = none, ofOverride }: Policies): Promise<string> {
  @SignedIn()
  class NotesBase {
    @ofHandler
    @Get('notes')
    @ReturnsSchema(nothing)
    list(): object {
      return {};
    }
  }
  class Between extends NotesBase {}
  @Controller()
  @ofSubclass
  class StaffNotes extends Between {}
  if (ofOverride) {
    const { prototype } = StaffNotes;
    const list = { value: () => ({}), writable: true, configurable: true };
    Object.defineProperty(prototype, 'list', list);
    for (const decorate of [ofOverride, Get('notes'), ReturnsSchema(nothing)]) {
      (decorate as MethodDecorator)(prototype, 'list', list);
    }
  }
  const parts = { url: database.url, entities: [], imports: [BadgeModule] };
  return refusalOf({ ...parts, controllers: [StaffNotes] });
}

test('a policy of a subclass that would not count for an inherited route refuses to boot', async () => {
  expect(await boot({ ofSubclass: Requires('notes:staff') })).toContain(
    'StaffNotes has a policy, but list of StaffNotes is declared by NotesBase, whose policy counts for it. Give list a policy of its own, or override it in StaffNotes.',
  );
  expect(await boot({ ofSubclass: Public() })).toContain('StaffNotes has a policy, but list');
});

test.each<[string, Policies]>([
  ['a subclass without a policy', {}],
  ['a handler with its own', { ofHandler: Requires('notes:list'), ofSubclass: Public() }],
  [
    'an overridden handler with its own',
    { ofSubclass: Requires('notes:staff'), ofOverride: Requires('notes:staff') },
  ],
])('%s boots', async (_what, policies) => {
  expect(await boot(policies)).toBe('It boots.');
});

test.each<[string, PolicyDecorator]>([
  ['the class above', none],
  ['the subclass', Public()],
])('an override that would leave a route to the policy of %s refuses to boot', async (_, own) => {
  expect(
    await boot({ ofHandler: Requires('notes:list'), ofSubclass: own, ofOverride: none }),
  ).toContain(
    'list of StaffNotes overrides the one of NotesBase, which has a policy of its own, and has none. Give it the same one, or another.',
  );
});

test('a policy of a class that copies a handler of another refuses to boot', async () => {
  @Public()
  class Open {
    @Get('notes')
    @ReturnsSchema(nothing)
    list(): object {
      return {};
    }
  }
  @Controller()
  @Requires('notes:staff')
  class Copying {}
  const { list } = Object.getOwnPropertyDescriptors(Open.prototype);
  Object.defineProperty(Copying.prototype, 'list', list);
  const parts = { url: database.url, entities: [], imports: [BadgeModule] };
  expect(await refusalOf({ ...parts, controllers: [Copying] })).toContain(
    'Copying has a policy, but list of Copying is declared by Open',
  );
});
