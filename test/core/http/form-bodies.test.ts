import { Body, Controller, Post } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IsOptional, IsString } from 'class-validator';
import { Accepts, IsPublicId, ReturnsSchema } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';

class Upload {
  @IsString() title!: string;
  @IsOptional() @IsPublicId(Author) authorUuid?: string;
  @IsOptional() @IsPublicId(Author, { each: true }) readerUuids?: string[];
}

const text = { type: 'string' } as const;

@Controller('uploads')
class UploadsController {
  @Post()
  @Accepts('multipart/form-data', 'application/x-www-form-urlencoded')
  @ReturnsSchema({ type: 'object', properties: { title: text, author: text, readers: text } })
  upload(@Body() { title, authorUuid, readerUuids }: Upload) {
    return { title, author: authorUuid, readers: JSON.stringify(readerUuids) };
  }
}

/** Values by name, as @fastify/multipart leaves them for `attachFieldsToBody: 'keyValues'`. */
function valuesOf(form: string): object {
  const fields = new URLSearchParams(form);
  return Object.fromEntries(
    [...fields.keys()].map((name) => {
      const values = fields.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  api = await startApi({
    url: library.url,
    entities: libraryEntities,
    controllers: [UploadsController],
    prepare: (app) => {
      const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
      fastify.addContentTypeParser('multipart/form-data', { parseAs: 'string' }, (_, sent, done) =>
        done(null, valuesOf(String(sent))),
      );
    },
  });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

const uuid = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
const send = (type: string, body: string) =>
  api.ask('POST', '/uploads', { body, headers: { 'content-type': type } });

test.each(['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])(
  'the public ids of a form are read and checked: %s',
  async (type) => {
    const one = await send(type, `title=A&authorUuid=${uuid.toUpperCase()}`);
    expect(one.body).toEqual({ title: 'A', author: uuid });
    const many = await send(type, `title=A&readerUuids=${uuid}&readerUuids=${uuid}`);
    expect(many.body.readers).toBe(JSON.stringify([uuid, uuid]));
    const single = await send(type, `title=A&readerUuids=${uuid}`);
    expect(single.status).toBe(201);
    for (const wrong of [
      'authorUuid=7',
      `authorUuid=${uuid}&authorUuid=${uuid}`,
      'readerUuids=7',
      `readerUuids=7&readerUuids=${uuid}`,
    ]) {
      expect((await send(type, `title=A&${wrong}`)).body.code).toBe('malformed_public_id');
    }
    expect((await send(type, 'title=A&userId=7')).body.code).toBe('internal_id_refused');
  },
);
