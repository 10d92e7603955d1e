import { describe, expect, test } from '@jest/globals';
import { RegistryModule } from 'nest-dual-id/registry';
import { RelationsModule } from 'nest-dual-id/relations';

const forRoot = {
  RelationsModule: (options: unknown) => RelationsModule.forRoot(options as never),
  RegistryModule: (options: unknown) => RegistryModule.forRoot(options as never),
};
class AnyGuard {
  canActivate = () => true;
}

describe.each(['RelationsModule', 'RegistryModule'] as const)('%s', (name) => {
  test.each([
    ['another word', { api: 'closed' }],
    ['no guards', { api: {} }],
    ['an empty list of guards', { api: { guards: [] } }],
    ['a guard that is no class', { api: { guards: [undefined] } }],
    ['null', { api: null }],
    ['a truth', { api: true }],
  ])('does not start with %s instead of who may call', (_what, options) => {
    const start = () => forRoot[name](options);
    const open = `${name}.forRoot does not say who may call its routes; give it api: { guards: [YourGuard] } or api: { permission: 'registry:read' }, or api: 'open'`;
    expect(start).toThrow(open);
  });

  test.each([
    ['the word open', 'open' as const],
    ['guards', { guards: [AnyGuard] as const }],
    ['a permission', { permission: 'registry:read' }],
  ])('starts with %s', (_what, api) => {
    expect(forRoot[name]({ api }).controllers?.length).toBeGreaterThan(0);
  });
});

test.each([
  ['no options', undefined],
  ['empty options', {}],
  ['options of something else', { metadata: class {} }],
])('relations do not start with %s', (_what, options) => {
  expect(() => forRoot.RelationsModule(options)).toThrow('does not say who may call');
});

test('the registry lists nothing unless the application says who may call', () => {
  expect(RegistryModule.forRoot().controllers ?? []).toEqual([]);
});
