import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Get, Post, Query, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsInt, IsOptional, Max } from 'class-validator';
import { Type } from 'class-transformer';
import {
  Accepts,
  ExternalId,
  IsPublicId,
  PageOf,
  PlainParam,
  PublicIdQuery,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
  Unshaped,
} from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, anAuthor, openLibrary } from '../../support/library/library.js';
import { BookSummary } from '../../support/library/library.views.js';
import { Controller } from '@nestjs/common';

const text = { type: 'string' };
const shown = {
  type: 'object',
  properties: { value: text, other: text, count: { type: 'integer' } },
  additionalProperties: false,
};

class FindBooks {
  @IsPublicId(Author) @IsOptional() authorUuid?: string;
  @IsInt() @Max(10) @Type(() => Number) count!: number;
  @ExternalId() @IsOptional() shopId?: string;
}

@Controller('things')
class Things {
  @Get('none') @ReturnsSchema(shown) none() {
    return {};
  }

  @Get('nothing') @ReturnsNothing() nothing() {}

  @Get('open') @Unshaped('a text for people') open() {
    return 'text';
  }

  @Get('one') @ReturnsSchema(shown) one(@Query('value') value: string) {
    return { value };
  }

  @Get('id') @ReturnsSchema(shown) id(@PublicIdQuery('authorUuid', Author) value?: string) {
    return { value };
  }

  @Get('class') @ReturnsSchema(shown) byClass(@Query() query: FindBooks) {
    return { value: query.authorUuid, other: query.shopId, count: query.count };
  }

  @Get('page') @ReturnsPage(BookSummary) page(
    @PageOf(BookSummary) _page: unknown,
    @PublicIdQuery('readerUuid', Author) _reader?: string,
  ) {
    return { items: [], nextCursor: null };
  }

  @Get('days/:day') @ReturnsSchema(shown) day(
    @PlainParam('day', { pattern: String.raw`\d{4}-\d\d-\d\d` }) value: string,
  ) {
    return { value };
  }

  @Get('words/:word') @ReturnsSchema(shown) word(
    @PlainParam('word', { maxLength: 5 }) value: string,
  ) {
    return { value };
  }

  @Get('texts/:text') @ReturnsSchema(shown) text(@PlainParam('text') value: string) {
    return { value };
  }

  @Post('bodiless')
  @Accepts('application/json', 'multipart/form-data')
  @ReturnsSchema(shown)
  bodiless(@Req() { body }: { body?: { name?: string } }) {
    return { value: body?.name ?? 'none' };
  }
}

let library: Library;
let strict: Api;
let lenient: Api;
let authorUuid: string;
beforeAll(async () => {
  library = await openLibrary();
  authorUuid = (await anAuthor(library)).uuid;
  await aBook(library, authorUuid as never);
  const parts = { url: library.url, entities: libraryEntities, controllers: [Things] };
  const prepare = (app: NestFastifyApplication) => acceptForms(app);
  strict = await startApi({ ...parts, prepare });
  lenient = await startApi({ ...parts, options: { unknownQuery: 'ignore' } });
});
afterAll(async () => {
  await strict.close();
  await lenient.close();
  await library.close();
});

/**
 * A form with files as @fastify/multipart leaves it: each field wrapped, with references to all
 * others.
 */
function acceptForms(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser('multipart/form-data', { parseAs: 'string' }, (_, sent, done) => {
    const fields: Record<string, unknown> = {};
    for (const [name, value] of new URLSearchParams(String(sent))) {
      fields[name] = { fieldname: name, value, fields };
    }
    done(null, fields);
  });
}

const refused = async (path: string) => {
  const { status, body } = await strict.get(`/things/${path}`);
  return [status, body.code, (body.errors as { parameter: string }[])?.[0]?.parameter];
};

describe('an undeclared query parameter', () => {
  test.each(['none', 'nothing', 'open', 'one', 'id', 'class?count=1', 'page', 'days/2026-01-31'])(
    'is refused by %s',
    async (path) => {
      const sign = path.includes('?') ? '&' : '?';
      for (const name of ['userUuid', 'userKey', 'toString', '__proto__', 'a[b]', 'x'.repeat(90)]) {
        const at = `${path}${sign}${encodeURIComponent(name)}=42`;
        expect(await refused(at)).toEqual([400, 'invalid_query', name]);
      }
    },
  );

  test('is ignored if the application says so, except for names of internal ids', async () => {
    for (const path of ['none', 'one', 'id', 'class?count=1&', 'page', 'open']) {
      const sign = path.includes('?') ? '' : '?';
      const asked = (name: string) => lenient.get(`/things/${path}${sign}${name}=42`);
      expect((await asked('utm_source')).status).toBe(200);
      expect((await asked('userId')).body.code).toBe('internal_id_refused');
    }
    expect((await lenient.get('/things/page?limit=x')).status).toBe(400);
  });

  test.each([
    ...['filter[id]', 'filter[userId][eq]', 'userIds', 'ids[]', 'userNo', 'user_no', 'pk', 'uid'],
    ...['user.id', 'user-id', 'USER_IDS', 'userPk', 'ownerUids'],
  ])('%s is refused as an internal id on every route', async (name) => {
    for (const path of ['none', 'open', 'id', 'page']) {
      const at = `${path}?${encodeURIComponent(name)}=42`;
      expect(await refused(at)).toEqual([400, 'internal_id_refused', name]);
    }
  });

  test('out of a thousand is refused with no more than twenty errors', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => `a${n}=1`).join('&');
    const { body } = await strict.get(`/things/none?${many}`);
    expect(body.errors).toHaveLength(20);
  });
});

test('missing parameters are reported once, as required', async () => {
  const { body } = await strict.get('/things/class');
  expect(body.errors).toEqual([{ parameter: 'count', detail: 'is required' }]);
});

describe('a public id in the query', () => {
  test('is passed on in lower case, and may be absent', async () => {
    const { body } = await strict.get(`/things/id?authorUuid=${authorUuid.toUpperCase()}`);
    expect(body).toEqual({ value: authorUuid });
    expect((await strict.get('/things/id')).body).toEqual({});
    const byClass = await strict.get(
      `/things/class?count=3&authorUuid=${authorUuid.toUpperCase()}&shopId=s_1`,
    );
    expect(byClass.body).toEqual({ value: authorUuid, other: 's_1', count: 3 });
    expect((await strict.get(`/things/page?readerUuid=${authorUuid}`)).status).toBe(200);
  });

  test.each(['42', '', 'x', `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`])(
    'that is %j is refused before the handler',
    async (value) => {
      for (const path of ['id?authorUuid', 'class?count=1&authorUuid', 'page?readerUuid']) {
        expect((await refused(`${path}=${value}`))[1]).toBe('malformed_public_id');
      }
      expect((await refused(`id?authorUuid=${authorUuid}&authorUuid=${value}`))[1]).toBe(
        'malformed_public_id',
      );
    },
  );

  test('coexists with rules for the whole query', async () => {
    expect(await refused('class?count=11')).toEqual([400, 'invalid_query', 'count']);
    expect(await refused('class')).toEqual([400, 'invalid_query', 'count']);
  });
});

describe('a plain path parameter', () => {
  test('must match its rule, and is 404 otherwise', async () => {
    expect((await strict.get('/things/days/2026-01-31')).body).toEqual({ value: '2026-01-31' });
    for (const day of ['42', '2026-01-31x', '2026-01-3', 'x'.repeat(60)]) {
      expect((await strict.get(`/things/days/${day}`)).status).toBe(404);
    }
  });

  test('is limited to the length in its rule, or to 100 characters without one', async () => {
    const lengths = { 'words/abcde': 200, 'words/abcdef': 404 };
    const texts = { [`texts/${'x'.repeat(100)}`]: 200, [`texts/${'x'.repeat(101)}`]: 414 };
    for (const [path, status] of Object.entries({ ...lengths, ...texts })) {
      expect([path, (await strict.get(`/things/${path}`)).status]).toEqual([path, status]);
    }
  });
});

describe('a body that no handler declares', () => {
  test.each([{ id: 42 }, { where: { userIds: [42] } }, [{ pk: 1 }], { 'user[id]': 1 }])(
    '%j is refused for its names anyway',
    async (sent) => {
      const { status, body } = await strict.ask('POST', '/things/bodiless', { body: sent });
      expect([status, body.code]).toEqual([400, 'internal_id_refused']);
    },
  );

  test('passes with other names', async () => {
    const { body } = await strict.ask('POST', '/things/bodiless', { body: { name: 'Ada' } });
    expect(body).toEqual({ value: 'Ada' });
    expect((await strict.ask('POST', '/things/bodiless')).status).toBe(201);
  });

  test('is checked as the fields of a form with files, too', async () => {
    const send = (body: string) =>
      strict.ask('POST', '/things/bodiless', {
        body,
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      });
    expect((await send('name=Ada&userId=42')).body.code).toBe('internal_id_refused');
    expect((await send('title=Ada')).status).toBe(201);
  });
});
