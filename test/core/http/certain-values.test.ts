import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Inject } from '@nestjs/common';
import type { JsonSchema, Page, PageRequest } from 'nest-dual-id';
import {
  Field,
  openApiOf,
  PageOf,
  Repositories,
  ReturnsPage,
  ReturnsSchema,
  View,
} from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { Specimen, specimenEntities } from '../../support/specimen/specimen.entities.js';
import { makeSpecimens } from '../../support/specimen/specimen.tables.js';

const named = (name: string): JsonSchema => ({
  type: ['object', 'null'],
  properties: { name: { const: name } },
});

@View(Specimen)
class CertainView {
  @Field({ schema: { const: 'abc' } }) code!: string | null;
  @Field({ schema: named('x') }) settings!: object | null;
  @Field({ schema: named('x') }) raw!: object | null;
}

const state: JsonSchema = {
  type: 'object',
  properties: {
    status: { const: 'ok' },
    size: { enum: [1, 2, null] },
    parts: { type: 'array', items: { type: 'object', properties: { up: { const: true } } } },
  },
  required: ['status'],
};

@Controller()
class StatesController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get('states')
  @ReturnsSchema(state)
  right(): object {
    return { status: 'ok', size: 2, parts: [{ up: true }, {}] };
  }

  @Get('states/other')
  @ReturnsSchema(state)
  other(): object {
    return { status: 'failed' };
  }

  @Get('states/inside')
  @ReturnsSchema(state)
  inside(): object {
    return { status: 'ok', parts: [{ up: false }] };
  }

  @Get('states/none')
  @ReturnsSchema(state)
  none(): object {
    return {};
  }

  @Get('specimens')
  @ReturnsPage(CertainView)
  specimens(@PageOf(CertainView) page: PageRequest): Promise<Page<CertainView>> {
    return this.repositories.of(Specimen).page(CertainView, page);
  }
}

let museum: Library;
let api: Api;
beforeAll(async () => {
  museum = await openLibrary({}, specimenEntities, makeSpecimens);
  const { url } = museum;
  api = await startApi({ url, entities: specimenEntities, controllers: [StatesController] });
});
afterAll(async () => {
  await api.close();
  await museum.close();
});

describe('a schema that declares values without a type', () => {
  test('lets these values out', async () => {
    const { status, body } = await api.get('/states');
    expect([status, body]).toEqual([200, { status: 'ok', size: 2, parts: [{ up: true }, {}] }]);
  });

  test.each(['other', 'inside', 'none'])('does not replace %s by one of them', async (path) => {
    const { status, body } = await api.get(`/states/${path}`);
    expect([status, body.code]).toEqual([500, 'internal']);
  });

  test('shows columns that hold these values, and null where JSON has another one', async () => {
    const { body } = await api.get('/specimens');
    expect(body.items).toEqual(
      expect.arrayContaining([
        { code: 'abc', settings: { name: 'x' }, raw: null },
        { code: null, settings: null, raw: null },
      ]),
    );
  });

  test('is described with them and their types', async () => {
    const { paths, components } = await openApiOf(api.app, { title: 'States', version: '1' });
    const { schema } = (paths['/states'] as never as Described).get.responses['200'].content[
      'application/json'
    ];
    expect(schema).toMatchObject({
      properties: {
        status: { const: 'ok', type: 'string' },
        size: { enum: [1, 2, null], type: ['number', 'null'] },
      },
    });
    expect(components?.schemas?.['CertainView']).toMatchObject({
      properties: { code: { enum: ['abc', null], type: ['string', 'null'] } },
    });
  });
});

interface Described {
  get: { responses: { '200': { content: { 'application/json': { schema: unknown } } } } };
}
