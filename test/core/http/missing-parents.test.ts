import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId, PublicIdParam, Repositories, Returns } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { Author, Book, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { BookSummary } from '../../support/library/library.views.js';

class WriteBook {
  @IsString() title!: string;
  @IsOptional() @IsPublicId(Author) editorUuid?: PublicId<Author>;
}

@Controller('authors')
class WritingController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Post(':authorUuid/books')
  @Returns(BookSummary)
  write(
    @PublicIdParam('authorUuid', Author) authorUuid: PublicId<Author>,
    @Body() input: WriteBook,
  ): Promise<BookSummary> {
    return this.repositories.of(Book).create(BookSummary, { ...input, authorUuid });
  }

  @Post(':writerUuid/works')
  @Returns(BookSummary)
  async work(
    @PublicIdParam('writerUuid', Author) authorUuid: PublicId<Author>,
    @Body() input: WriteBook,
  ): Promise<BookSummary> {
    const works = [{ ...input, authorUuid }];
    const [work] = await this.repositories.of(Book).createMany(BookSummary, works);
    return work!;
  }
}

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  const { url } = library;
  api = await startApi({ url, entities: libraryEntities, controllers: [WritingController] });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

async function outcome(path: string, sent: object = { title: 'Notes' }): Promise<unknown> {
  const { status, body } = await api.ask('POST', path, { body: sent });
  return status === 201 ? 201 : [status, body.code, body.errors];
}

const noneNamed = (parameter: string) => [
  404,
  'not_found',
  [{ parameter, detail: 'does not exist' }],
];

describe('an entity created under a parent', () => {
  test('is created if the parent exists', async () => {
    const { uuid } = await anAuthor(library);
    expect(await outcome(`/authors/${uuid}/books`)).toBe(201);
    expect(await outcome(`/authors/${uuid.toUpperCase()}/works`)).toBe(201);
  });

  test('is not found if the parent is missing', async () => {
    expect(await outcome(`/authors/${randomUUID()}/books`)).toEqual(noneNamed('authorUuid'));
  });

  test('is not found if the parent was deleted', async () => {
    const { uuid } = await anAuthor(library);
    await library.repositories.of(Author).remove(uuid);
    expect(await outcome(`/authors/${uuid}/books`)).toEqual(noneNamed('authorUuid'));
  });

  test('is not found under a missing parent that the path names differently from the property', async () => {
    expect(await outcome(`/authors/${randomUUID()}/works`)).toEqual(noneNamed('writerUuid'));
    const none = randomUUID().toUpperCase();
    expect(await outcome(`/authors/${none}/works`)).toEqual(noneNamed('writerUuid'));
  });

  test('is refused for a reference in the body, which the path does not name', async () => {
    const { uuid } = await anAuthor(library);
    const missing = { title: 'Notes', editorUuid: randomUUID() };
    const errors = [{ pointer: '/editorUuid', detail: 'does not exist' }];
    const refused = [422, 'missing_reference', errors];
    expect(await outcome(`/authors/${uuid}/books`, missing)).toEqual(refused);
  });
});
