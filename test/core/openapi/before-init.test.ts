import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DualIdFastifyAdapter, openApiOf } from 'nest-dual-id';
import { moduleOf } from '../../support/api.js';
import { libraryControllers } from '../../support/library/library.controllers.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

const info = { title: 'Library', version: '1' };
const create = (controllers: typeof libraryControllers | []) =>
  NestFactory.create<NestFastifyApplication>(
    moduleOf({ url: library.url, entities: libraryEntities, controllers: [...controllers] }),
    new DualIdFastifyAdapter(),
    { logger: false, abortOnError: false },
  );

test('an application that is not initialized is not described, and the next step is named', async () => {
  const app = await create(libraryControllers);
  const early = openApiOf(app, info);
  await expect(early).rejects.toMatchObject({ code: 'setup_refused' });
  await expect(early).rejects.toThrow('Call `await app.init()` first');
  await app.init();
  const { paths } = await openApiOf(app, info);
  expect(paths['/books/{bookUuid}']!.get!.parameters).toContainEqual(
    expect.objectContaining({ name: 'bookUuid', in: 'path' }),
  );
  await app.listen(0, '127.0.0.1');
  await app.close();
});

test('an application without routes has a description anyway', async () => {
  const app = await create([]);
  await app.init();
  expect((await openApiOf(app, info)).paths).toEqual({});
  await app.close();
});
