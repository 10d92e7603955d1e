import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Inject, Patch } from '@nestjs/common';
import { PartialType } from '@nestjs/mapped-types';
import { IsOptional, IsString } from 'class-validator';
import type { EntityInput, PublicId } from 'nest-dual-id';
import { Field, IfMatch, ObjectOf, PublicIdParam, Repositories, Returns, View } from 'nest-dual-id';
import type { Versions } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';

@View(Author)
class HomeView {
  @Field() uuid!: PublicId<Author>;
  @Field('home.city') city!: string;
  @Field('home.postalCode') postalCode!: string | null;
}

class HomeInput {
  @IsString() city!: string;
  @IsOptional() @IsString() postalCode?: string | null;
}

class ChangeHome extends PartialType(HomeInput) {}

class ChangeAuthor {
  @IsOptional() @ObjectOf(() => ChangeHome) home?: ChangeHome;
}

@Controller('authors')
class MovingController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Patch(':authorUuid')
  @Returns(HomeView)
  change(
    @PublicIdParam('authorUuid', Author) uuid: PublicId<Author>,
    @Body() changes: ChangeAuthor,
    @IfMatch() versions?: Versions,
  ): Promise<HomeView> {
    return this.repositories.of(Author).update(HomeView, uuid, changes, versions);
  }
}

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  const { url } = library;
  api = await startApi({ url, entities: libraryEntities, controllers: [MovingController] });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

const authors = () => library.repositories.of(Author);
const atHome = { city: 'London', postalCode: 'W1' };

async function change(home: object): Promise<object> {
  const { uuid } = await authors().create(HomeView, { name: 'Ada', home: atHome });
  const { body } = await api.ask('PATCH', `/authors/${uuid}`, { body: { home } });
  return { city: body.city, postalCode: body.postalCode };
}

describe('a change to a part of an embedded object', () => {
  test.each<[object, object]>([
    [{ city: 'Paris' }, { city: 'Paris', postalCode: 'W1' }],
    [{ postalCode: null }, { city: 'London', postalCode: null }],
    [{}, atHome],
  ])('%j keeps the rest', async (home, rest) => {
    expect(await change(home)).toEqual(rest);
  });

  test('requires only that part in its type', async () => {
    const { uuid } = await authors().create(HomeView, { name: 'Ada', home: atHome });
    const moved: EntityInput<Author> = { home: { city: 'Turin' } };
    expect(await authors().update(HomeView, uuid, moved)).toMatchObject({
      city: 'Turin',
      postalCode: 'W1',
    });
    // @ts-expect-error a part has the type that its column has
    const wrong: EntityInput<Author> = { home: { city: 5 } };
    expect(wrong).toBeDefined();
  });
});
