import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Controller, Post, VersioningType } from '@nestjs/common';
import { installDualId, ReturnsSchema } from 'nest-dual-id';
import { Idempotent, IdempotencyModule, installIdempotency } from 'nest-dual-id/idempotency';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { migratedFor } from '../../support/roles.js';

const named = { type: 'object', properties: { by: { type: 'string' } } } as const;

@Controller({ path: 'letters', version: '1' })
class FirstController {
  @Post()
  @Idempotent()
  @ReturnsSchema(named)
  write() {
    return { by: 'version 1' };
  }
}

@Controller({ path: 'letters', version: '2' })
class SecondController {
  @Post()
  @Idempotent()
  @ReturnsSchema(named)
  write() {
    return { by: 'version 2' };
  }
}

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await emptyDatabase();
  const url = await migratedFor(database.url, async (runner) => {
    await installDualId(runner);
    await installIdempotency(runner);
  });
  api = await startApi({
    url,
    entities: [],
    controllers: [FirstController, SecondController],
    imports: [IdempotencyModule.forRoot({ caller: 'everyone' })],
    prepare: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }),
  });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test('a key counts for one version of a route if a header names the version', async () => {
  const write = (version: string, more: Record<string, string> = {}) =>
    api.ask('POST', '/letters', {
      headers: { 'x-version': version, 'idempotency-key': 'key', ...more },
    });
  const answers = [await write('1'), await write('2'), await write('1')];
  expect(answers.map(({ body }) => body.by)).toEqual(['version 1', 'version 2', 'version 1']);
  expect(answers[2]!.headers['idempotency-replayed']).toBe('true');
  // A header that selects no route does not make it a different request.
  const again = await write('1', { 'accept-version': '7' });
  expect(again.headers['idempotency-replayed']).toBe('true');
});
