import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, Post } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiOperation, DocumentBuilder } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { Bind, Describe, Field, openApiOf, Returns, ReturnsNothing, Tag, View } from 'nest-dual-id';
import { startApi } from '../../support/api.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import type { DescribedOperation } from './described.js';
import { operationsOf } from './described.js';

const ada = '5f2c9d1e-7b84-4e3a-9c60-8d1f4a7b2e95';

@View(Author, { name: 'PoetView', example: { uuid: ada } })
class PoetView {
  @Field() uuid!: PublicId<Author>;
  @Field() name!: string;
}

class NewPoet {
  @IsString() name!: string;
  @IsInt() born!: number;
  @IsOptional() @IsInt() died?: number;
}

@Tag({ name: 'Poets', description: 'Who writes poems.' })
@Controller('poets')
class PoetsController {
  @Describe({
    summary: 'Get a poet',
    description: 'Returns one poet.',
    parameters: { poetUuid: 'Whom to get.' },
  })
  @Get(':poetUuid')
  @Returns(PoetView)
  get(@Bind('poetUuid', PoetView) poet: PoetView): PoetView {
    return poet;
  }

  @Describe({ summary: 'Add a poet', description: 'Adds a poet.' })
  @ApiOperation({ description: 'Adds one to the others.' })
  @Post()
  @ReturnsNothing()
  add(@Body() _poet: NewPoet) {}
}

@Controller('odes')
class OdesController {
  @Get() @ReturnsNothing() list() {}
}

@Tag({ name: 'Epics', description: 'Long ones.' })
@Controller('epics')
class EpicsController {
  @Get() @ReturnsNothing() list() {}
}

const glossary = {
  name: { description: 'As on the cover.', example: 'Ada' },
  born: { description: 'A year.', example: 1815 },
  died: { description: 'Of a plant.', example: 'in autumn' },
  'NewPoet.name': { description: 'As on the cover of the first book.', example: 'Ada Byron' },
};

let library: Library;
let document: OpenAPIObject;
beforeAll(async () => {
  library = await openLibrary();
  const controllers = [OdesController, EpicsController, PoetsController];
  const api = await startApi({ url: library.url, entities: libraryEntities, controllers });
  const head = new DocumentBuilder().setTitle('Poems').addTag('Poets').build();
  document = await openApiOf(api.app, head, glossary).finally(() => api.close());
});
afterAll(() => library.close());

const operation = (name: string) => operationsOf(document).get(name) as DescribedOperation & object;
const schema = (name: string) => document.components!.schemas![name]! as { properties: object };

describe('the wording of an API description', () => {
  test('comes from @Describe, and from @ApiOperation where both say something', () => {
    expect(operation('GET /poets/{poetUuid}')).toMatchObject({
      summary: 'Get a poet',
      description: 'Returns one poet.',
      tags: ['Poets'],
    });
    expect(operation('POST /poets')).toMatchObject({
      summary: 'Add a poet',
      description: 'Adds one to the others.',
    });
  });

  test('has the tags of the head first, then those of controllers, and paths in their order', () => {
    expect(document.tags).toEqual([
      { name: 'Poets', description: 'Who writes poems.' },
      { name: 'Epics', description: 'Long ones.' },
    ]);
    expect(Object.keys(document.paths)).toEqual(['/poets/{poetUuid}', '/poets', '/epics', '/odes']);
  });

  test('explains parameters, and shows the address that the example of the view has', () => {
    expect(operation('GET /poets/{poetUuid}').parameters[0]).toEqual({
      name: 'poetUuid',
      in: 'path',
      required: true,
      description: 'Whom to get.',
      example: ada,
      schema: { type: 'string', format: 'uuid' },
    });
  });

  test('explains properties by name, by that of one schema alone first', () => {
    expect(schema('PoetView').properties).toMatchObject({
      uuid: { examples: [ada] },
      name: { description: 'As on the cover.', examples: ['Ada'] },
    });
    expect(schema('NewPoet').properties).toMatchObject({
      name: { description: 'As on the cover of the first book.', examples: ['Ada Byron'] },
      born: { description: 'A year.', examples: [1815] },
    });
    const { content } = operation('POST /poets').requestBody!;
    expect(content['application/json']!.example).toMatchObject({ name: 'Ada Byron', born: 1815 });
  });

  test('does not explain what an entry cannot mean', () => {
    expect(schema('NewPoet').properties).toHaveProperty('died', { type: ['integer', 'null'] });
  });
});
