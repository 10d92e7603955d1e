import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Country, Customer, Note } from '../../support/guarded-entities.js';

let guarded: GuardedDatabase;
let customer: Customer;
let country: Country;
beforeAll(async () => {
  guarded = await guardedDatabase();
  const { manager } = guarded.dataSource;
  customer = await manager.save(manager.create(Customer, { firstName: 'Ada' }));
  country = await manager.save(manager.create(Country, { slug: 'italy', name: 'Italy' }));
});
afterAll(() => guarded.stop());

function logged(value: unknown): string {
  const lines: string[] = [];
  class KeptLogger extends ConsoleLogger {
    protected override printMessages(messages: unknown[]): void {
      for (const message of messages) lines.push(this.stringifyMessage(message, 'log'));
    }
  }
  new KeptLogger('Test', { colors: false }).log(value);
  return lines.join('\n');
}

describe('an entity is printed without its internal id, by', () => {
  test.each<[string, (value: object) => string]>([
    ['console.log', (value) => inspect(value)],
    ['console.log of a list', (value) => inspect([value])],
    ['console.log of what holds it', (value) => inspect({ a: { b: value } }, { depth: null })],
    ['console.log with every option', (value) => inspect(value, { depth: null, showHidden: true })],
    ["Nest's logger", logged],
    ["Nest's logger, in a list", (value) => logged([value])],
    ['JSON', (value) => JSON.stringify(value)],
  ])('%s', (_name, print) => {
    for (const entity of [customer, country]) {
      const text = print(entity);
      expect(text).not.toMatch(/\bid\b/);
      expect(text).not.toContain(String(customer.id));
    }
    expect(print(customer)).toContain('Ada');
    expect(print(customer)).toContain(customer.uuid);
    expect(print(country)).toContain('italy');
  });
});

describe('a printed entity', () => {
  test('has the name of its class, and differs from a plain object', () => {
    expect(inspect(country)).toMatch(/^Country \{ /);
    expect(inspect(customer)).toMatch(/^Customer \{/);
  });

  test('keeps its id for the program, and shows its current values', () => {
    const changing = Object.assign(new Country(), { id: 5, name: 'Peru', slug: 'peru' });
    inspect(changing);
    Object.assign(changing, { name: 'Chile' });
    Reflect.deleteProperty(changing, 'slug');
    expect(inspect(changing)).toBe("Country { name: 'Chile' }");
    expect(changing.id).toBe(5);
  });

  test('hides the ids of the entities in it, even if these refer back', () => {
    const entity = Object.assign(new Customer(), { id: '770001', firstName: 'Ada' });
    const other = Object.assign(new Country(), { id: 770002, name: 'Italy', of: entity });
    Object.assign(entity, { country: other, all: [other] });
    const text = inspect(entity, { depth: null });
    expect(text).toContain('[Circular');
    expect(text.length).toBeLessThan(500);
    expect(text).toContain('Italy');
    expect(text).not.toContain('77000');
  });

  test('reads no property that would load something', () => {
    let isRead = false;
    const entity = Object.defineProperty(new Customer(), 'orders', {
      enumerable: true,
      get: () => (isRead = true),
    });
    expect(inspect(entity)).toContain('orders: [Getter]');
    expect(isRead).toBe(false);
  });

  test('with a UUID key shows all of it', () => {
    const note = Object.assign(new Note(), { uuid: 'a-uuid', text: 'kept' });
    expect(inspect(note)).toContain("text: 'kept'");
    expect(inspect(note)).toContain('a-uuid');
  });
});
