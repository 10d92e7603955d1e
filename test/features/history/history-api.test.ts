import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ArgumentsHost, CanActivate, ExceptionFilter, ExecutionContext } from '@nestjs/common';
import { Catch, VersioningType } from '@nestjs/common';
import { DualIdError, openApiOf, Repositories } from 'nest-dual-id';
import { HistoryApiModule } from 'nest-dual-id/history';
import type { HistoryApiOptions } from 'nest-dual-id/history';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Api } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import { urlAs } from '../../support/roles.js';
import type { Archive } from './archive.js';
import {
  entities,
  LabelView,
  openArchive,
  Paper,
  PaperView,
  Writer,
  WriterView,
} from './archive.js';
import { paperOf, pause } from './archive-rows.js';

class OnlyAda implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest().headers['x-name'] === 'ada';
  }
}

@Catch(DualIdError)
class Shrug implements ExceptionFilter {
  catch(error: DualIdError, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse().status(418).send({ statusCode: 418, error: error.code });
  }
}

const views = [PaperView, WriterView];
const parts = (url: string, options: Partial<HistoryApiOptions> = {}) => ({
  url,
  entities,
  imports: [HistoryApiModule.forRoot({ api: 'open', views, ...options })],
});

let archive: Archive;
let api: Api;
let writer: string;
let paper: string;
beforeAll(async () => {
  archive = await openArchive();
  api = await startApi(parts(archive.url));
  writer = (await archive.repositories.of(Writer).create(WriterView, { name: 'Ada' } as never))
    .uuid;
  paper = await paperOf(archive, writer, { pages: 3, price: '1.50' });
  await archive.sql("UPDATE papers SET title = 'Second'");
});
afterAll(async () => {
  await api.close();
  await archive.stop();
});

describe('GET /registry/:uuid/history', () => {
  test('shows the changes of an entity, with values under its name', async () => {
    const { status, body } = await api.get(`/registry/${paper}/history?limit=1`);
    expect(status).toBe(200);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/);
    const value = {
      uuid: paper,
      title: 'Second',
      pages: 3,
      price: '1.50',
      printedAt: null,
      day: null,
      words: null,
      sums: null,
      notes: null,
      secret: null,
      writerUuid: writer,
      shelf: null,
      labelUuid: null,
    };
    expect(body).toEqual({
      items: [
        {
          operation: 'changed',
          knowledge: 'known',
          validFrom: time,
          validTo: null,
          actorUuid: null,
          version: expect.any(String),
          value: { paper: value },
          before: { paper: { title: 'First' } },
          after: { paper: { title: 'Second' } },
        },
      ],
      nextCursor: expect.any(String),
      state: null,
    });
    const rest = await api.get(`/registry/${paper}/history?after=${body.nextCursor}`);
    expect(rest.body).toMatchObject({
      items: [{ operation: 'created', before: null, value: { paper: { title: 'First' } } }],
      nextCursor: null,
    });
  });

  test('shows what an entity was, with at', async () => {
    const early = await pause(archive);
    await archive.sql("UPDATE writers SET city = 'Bern'");
    const ask = (at: string) => api.get(`/registry/${writer}/history?at=${encodeURIComponent(at)}`);
    expect((await ask(early.toISOString())).body).toMatchObject({
      items: [],
      state: { knowledge: 'known', value: { writer: { uuid: writer, name: 'Ada', city: null } } },
    });
    const local = new Date(early.getTime() - 3_600_000).toISOString().replace('Z', '-01:00');
    expect((await ask(local)).body).toMatchObject({ state: { value: { writer: { city: null } } } });
    expect((await ask('1999-01-01T00:00:00Z')).body).toMatchObject({
      state: { knowledge: 'absent', value: null, validFrom: null, version: null },
    });
    for (const at of ['yesterday', '2026-01-31', '7', '']) {
      expect(await ask(at)).toMatchObject({ status: 400, body: { code: 'invalid_query' } });
    }
  });

  test('takes no page beside at', async () => {
    const at = encodeURIComponent(new Date().toISOString());
    for (const [parameter, value] of [
      ['limit', '5'],
      ['after', 'x'],
    ]) {
      const path = `/registry/${writer}/history?at=${at}&${parameter}=${value}`;
      expect(await api.get(path)).toMatchObject({
        status: 400,
        body: { code: 'invalid_query', errors: [{ parameter }] },
      });
    }
  });

  test('stands behind a prefix and a version, and its errors reach a filter of the application', async () => {
    const app = await startApi({
      ...parts(archive.url),
      prepare: (created) => {
        created.setGlobalPrefix('api');
        created.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
        created.useGlobalFilters(new Shrug());
      },
    });
    const at = encodeURIComponent(new Date().toISOString());
    const path = `/api/v2/registry/${writer}/history`;
    const page = await app.get(path);
    const state = await app.get(`${path}?at=${at}`);
    const refused = await app.get(`${path}?at=x`);
    const description = await openApiOf(app.app, { title: 'Archive', version: '1' });
    await app.close();
    expect([page.status, page.body.items.length]).toEqual([200, 2]);
    expect(state.body).toMatchObject({ items: [], state: { knowledge: 'known' } });
    expect(refused).toMatchObject({
      status: 418,
      body: { statusCode: 418, error: 'invalid_query' },
    });
    expect(Object.keys(description.paths)).toEqual(['/api/v2/registry/{uuid}/history']);
  });

  test('outlives the entity', async () => {
    const gone = await paperOf(archive, writer);
    await archive.repositories.of(Paper).remove(gone);
    const { status, body } = await api.get(`/registry/${gone}/history`);
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { operation: 'deleted', value: null, before: { paper: { uuid: gone } }, after: null },
      { operation: 'created' },
    ]);
  });

  test('is 404 for an unknown public id, and refuses anything else', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await api.get(`/registry/${unknown}/history`)).status).toBe(404);
    expect((await api.get('/registry/7/history')).status).toBe(400);
    expect((await api.get(`/registry/${paper}/history?limit=101`)).status).toBe(400);
    expect((await api.get(`/registry/${paper}/history?after=x`)).body).toMatchObject({
      code: 'invalid_cursor',
    });
  });

  test('runs the guards of the application', async () => {
    const guarded = await startApi(parts(archive.url, { api: { guards: [OnlyAda] } }));
    const path = `/registry/${paper}/history`;
    expect((await guarded.get(path)).status).toBe(403);
    const headers = { 'x-name': 'ada' };
    expect((await guarded.ask('GET', path, { headers })).status).toBe(200);
    await guarded.close();
  });

  test('is described', async () => {
    const { paths, components } = await openApiOf(api.app, { title: 'Archive', version: '1' });
    expect(Object.keys(paths)).toEqual(['/registry/{uuid}/history']);
    expect(components!.schemas).toMatchObject({
      HistoryItem: { properties: { operation: { enum: expect.arrayContaining(['batch']) } } },
      PastPaperView: { properties: { title: { type: ['string', 'null'] } } },
      ChangedPaperView: { additionalProperties: false },
    });
  });
});

describe('an application', () => {
  test('that does not say who may read histories does not start', () => {
    expect(() => HistoryApiModule.forRoot({ views } as never)).toThrow(/api: 'open'/);
  });

  test('with a view that a history cannot have does not start', async () => {
    expect(await refusalOf(parts(archive.url, { views: [LabelView] }))).toMatch('no platform type');
    expect(await refusalOf(parts(archive.url, { views: [PaperView, PaperView] }))).toMatch(
      'a second view of Paper',
    );
  });

  test('lets no internal id out or in', async () => {
    const owned = await startApi(parts(urlAs('owner', archive.url)));
    const made: { uuid: string }[] = [];
    const seed = async () => {
      const repositories = owned.app.get(Repositories);
      for (const name of ['Bea', 'Cleo']) {
        const author = await repositories.of(Writer).create(WriterView, { name } as never);
        const input = { title: name, writerUuid: author.uuid } as never;
        const { uuid } = await repositories.of(Paper).create(PaperView, input);
        await repositories.of(Paper).update(PaperView, uuid, { pages: 1 } as never);
        made.push({ uuid });
      }
    };
    const report = await expectNoInternalIds(owned.app, {
      seed,
      params: () => ({ '/registry/{uuid}/history': made }),
    }).finally(() => owned.close());
    expect(report.requests).toBeGreaterThan(10);
  });
});
