import { ClassSerializerInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { expect, test } from '@jest/globals';
import { startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import { aBook, anAuthor, openLibrary } from '../../support/library/library.js';
import { libraryControllers } from '../../support/library/library.controllers.js';

test('a copy of a view has no ETag, which is logged once per route', async () => {
  const library = await openLibrary();
  const { uuid } = await aBook(library, (await anAuthor(library)).uuid);
  const lines: string[] = [];
  const nothing = () => undefined;
  const copying = new ClassSerializerInterceptor(new Reflector());
  const api = await startApi({
    url: library.url,
    entities: libraryEntities,
    controllers: libraryControllers,
    prepare: (app) => {
      app.useGlobalInterceptors(copying);
      app.useLogger({ log: nothing, error: nothing, warn: (line: string) => lines.push(line) });
    },
  });
  for (const path of [`/books/${uuid}`, `/books/${uuid}`, '/books']) {
    const { status, headers } = await api.get(path);
    expect([status, headers.etag]).toEqual([200, undefined]);
  }
  await api.close();
  await library.close();
  const told = lines.filter((line) => line.includes('has no ETag'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('GET /books/:bookUuid has no ETag');
  expect(told[0]).toContain('ClassSerializerInterceptor');
});
