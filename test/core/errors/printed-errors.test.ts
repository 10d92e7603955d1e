import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import { problem, statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());

/** Everything that Nest's logger writes for a value. */
function logged(value: unknown, json: boolean): string {
  const lines: string[] = [];
  class KeptLogger extends ConsoleLogger {
    protected override printMessages(messages: unknown[], ...rest: never[]): void {
      const [context, level] = rest as unknown as [string, 'error'];
      for (const message of messages) {
        lines.push(
          json
            ? JSON.stringify(this.getJsonLogObject(message, { context, logLevel: level } as never))
            : this.stringifyMessage(message, level),
        );
      }
    }
  }
  new KeptLogger('Test', { json, colors: false }).error(value);
  return lines.join('\n');
}

const ways: [string, (value: unknown) => string][] = [
  ['console.log', (value) => inspect(value)],
  ['console.log inside an object', (value) => inspect({ deep: [value] }, { depth: null })],
  ['console.log of an error that it caused', (value) => inspect(new Error('x', { cause: value }))],
  ["Nest's logger", (value) => logged(value, false)],
  ["Nest's logger with JSON", (value) => logged(value, true)],
  ['JSON', (value) => JSON.stringify(value)],
  ['JSON of a spread error', (value) => JSON.stringify({ ...(value as object) })],
  ['console.log of a spread error', (value) => inspect({ ...(value as object) }, { depth: null })],
  ['JSON of its details', (value) => JSON.stringify({ ...(value as { details: object }).details })],
];

describe('a database error is printed without its message and values, by', () => {
  const secret = /77000|Ada Lovelace|invalid input|duplicate key|SELECT|_uq|parameters|driverError/;

  test.each(ways)('%s', async (_name, print) => {
    const failures = await Promise.all(
      [
        guarded.database.rows(statement("SELECT ($1 || ' Ada Lovelace')::bigint"), ['77000']),
        guarded.database.transaction(() =>
          ask("SELECT ($1 || ' Ada Lovelace')::bigint", ['77000']),
        ),
        guarded.database.rows(
          statement(`WITH a AS (SELECT $1::text) SELECT 1 / (length('Ada Lovelace') - 12) FROM a`),
          ['77000'],
        ),
      ].map((query) => query.then(() => undefined).catch((error: unknown) => error)),
    );
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(Error);
      expect(print(failure)).not.toMatch(secret);
    }
  });

  test.each(ways)("%s, when TypeORM's error is the cause", async (_name, print) => {
    const cause: unknown = await ask("SELECT ($1 || ' Ada Lovelace')::bigint", ['77000']).catch(
      (error: unknown) => error,
    );
    expect(inspect(cause)).toContain('77000');
    expect(print(problem('internal', { cause }))).not.toMatch(secret);
    const between = problem('unavailable', { cause: new Error('in between', { cause }) });
    expect(print(between)).not.toMatch(secret);
  });

  function ask(sql: string, parameters: unknown[]): Promise<unknown> {
    return guarded.dataSource.query(sql, parameters);
  }
});

describe('the operator can still read', () => {
  test('the code, the description and the stack of an error', () => {
    const error = problem('invalid_body', {
      errors: [{ pointer: '/name', detail: 'is required' }],
    });
    const text = inspect(error);
    expect(text).toContain(error.message);
    expect(text).toMatch(/\n {4}at .*printed-errors\.test/);
    expect(text).toMatch(/code: 'invalid_body',\s+status: 400/);
    expect(text).toContain("pointer: '/name'");
  });

  test('the code and the stack of the underlying database error', async () => {
    const cause: unknown = await guarded.dataSource
      .query("SELECT 'x\n    at Ada Lovelace'::bigint")
      .catch((error: unknown) => error);
    const text = inspect(problem('internal', { cause }));
    const [, ofCause = ''] = text.split('[cause]: ');
    expect(ofCause).toMatch(/^QueryFailedError \(code 22P02\)\n {4}at /);
    expect(ofCause).not.toContain('Ada Lovelace');
  });

  test('the message, code and stack of any other cause, and of the cause behind that', () => {
    const missing = Object.assign(new Error('no such file'), { code: 'ENOENT', row: 77000 });
    const text = inspect(
      problem('internal', { cause: new Error('no config', { cause: missing }) }),
    );
    expect(text).toMatch(/\[cause\]: Error: no config\n {4}at /);
    expect(text).toMatch(/\[cause\]: Error: no such file\n {4}at [^]*\(code ENOENT\)/);
    expect(text).not.toContain('77000');
  });

  test('no value thrown instead of an error, and no cycle twice', () => {
    expect(inspect(problem('internal', { cause: { row: 77000 } }))).toMatch(/a thrown object$/);
    const circle = new Error('round');
    circle.cause = circle;
    expect(inspect(problem('internal', { cause: circle })).split('[cause]')).toHaveLength(2);
  });
});
