import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Database, exemptKey, openApiOf, Repositories, statement } from 'nest-dual-id';
import type { Row } from 'nest-dual-id';
import type { Finding, LeakTestOptions } from 'nest-dual-id/testing';
import { expectNoInternalIds, inspectApplication } from 'nest-dual-id/testing';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { CarelessController, LeakyController } from './leaky.controller.js';
import type { Notebook } from './notebook.js';
import { notebook, Owner, OwnerView } from './notebook.js';

/** Node's HTTP parser answers these itself, before the application sees them. */
const skip = {
  '* huge-header': 'the adapter leaves the answer to Fastify',
  '* unknown-method': 'the adapter leaves the answer to Fastify',
};

const newestOwner = statement('SELECT max(id)::text FROM owners');

async function newestId(app: NestFastifyApplication): Promise<string> {
  const [row] = await app.get(Database).rows(newestOwner);
  return String(row?.[0]);
}

test('an application without leaks passes, with every route used', async () => {
  const { app, stop } = await notebook();
  const report = await expectNoInternalIds(app, { skip });
  expect(report.findings).toEqual([]);
  expect(report.routes.length).toBeGreaterThan(5);
  expect(report.routes.filter(({ succeeded }) => succeeded === 0)).toEqual([]);
  await stop();
});

describe('a controller that', () => {
  let running: Notebook;
  let found: readonly Finding[];

  beforeAll(async () => {
    running = await notebook([LeakyController]);
    await running.app.listen(0, '127.0.0.1');
    found = (
      await inspectApplication(running.app, { skip, document: withOwnerFilter(running.app) })
    ).findings;
  });
  afterAll(() => running.stop());

  test.each([
    ['puts an id into an error', 'GET /leaks/detail', 'body', /internal id: owners\.id/],
    ['puts SQL into an error', 'GET /leaks/sql', 'body', /SQL: SELECT uuid FROM/],
    [
      'repeats PostgreSQL',
      'GET /leaks/wording',
      'body',
      /PostgreSQL wording: invalid input syntax/,
    ],
    ['names a constraint', 'GET /leaks/constraint', 'body', /database name: notes_owner_id_fk/],
    ['names a column', 'GET /leaks/column', 'body', /column name: owner_id/],
    ['shows a stack', 'GET /leaks/stack', 'body', /stack frame: at /],
    ['logs an id', 'every route', 'log', /internal id: owners\.id$/],
    ['prints an id in hex', 'every route', 'log', /internal id: owners\.id as hex/],
    ['takes a number in the path', 'GET /leaks/owners/{owner}', 'status', /200, but .* is 4xx/],
    ['takes a number in the query', 'GET /leaks/search', 'status', /200, but .* empty page/],
    ['takes a number in the body', 'POST /leaks/pick', 'status', /200, but .* is 4xx/],
    ['serves the child of another', 'GET /leaks/{owner}/notes/{note}', 'status', /200, but .* 404/],
  ])('%s is caught', (_name, route, where, what) => {
    const mine = found.filter((finding) => finding.route === route && finding.where === where);
    expect(mine.map((finding) => finding.what)).toContainEqual(expect.stringMatching(what));
  });

  test('leaks is caught under its own name alone', () => {
    const routes = found.map(({ route }) => route).filter((route) => !route.includes('/leaks'));
    expect(new Set(routes)).toEqual(new Set(['every route']));
  });
});

describe('a careless controller', () => {
  let running: Notebook;
  let found: readonly Finding[];

  beforeAll(async () => {
    running = await notebook([CarelessController]);
    found = (await inspectApplication(running.app, { skip })).findings;
  });
  afterAll(() => running.stop());

  test('that answers a whole row lets nothing out', () => {
    expect(found.filter(({ route }) => route === 'GET /careless/entity')).toEqual([]);
  });

  test.each(['GET /careless/text', 'GET /careless/statement', 'GET /careless/query'])(
    'fails at %s and tells nothing',
    (path) => {
      const own = found.filter(({ route, probe }) => route === path && probe !== 'head');
      expect(new Set(own.map(({ where, what }) => `${where} ${what.slice(0, 6)}`))).toEqual(
        new Set(['status is 500', 'status never ']),
      );
    },
  );

  test('puts neither ids nor SQL into the log', () => {
    expect(found.filter(({ where }) => where === 'log')).toEqual([]);
  });
});

describe('an application', () => {
  let running: Notebook | undefined;
  afterEach(async () => running?.stop());

  /** What is found in a notebook that was tampered with. */
  async function found(
    tamper: (app: NestFastifyApplication) => void,
    options: LeakTestOptions = {},
  ): Promise<readonly string[]> {
    running = await notebook([], tamper);
    const { findings } = await inspectApplication(running.app, {
      ...options,
      skip: { ...skip, ...options.skip },
    });
    return findings.map(({ route, where, what }) => `${route} ${where} ${what}`);
  }

  test('whose view was widened by hand is caught in its body and its description', async () => {
    const lines = await found((app) => widen(app.get(ViewRegistry).get(OwnerView), 'id'));
    expect(lines).toContain('GET /owners/{ownerUuid} body internal id: owners.id');
    expect(lines).toContain('GET /owners body internal name: /items/*/id');
    expect(lines).toContainEqual(expect.stringMatching(/API description internal name: .*\/id$/));
  });

  test('whose view shows JSON of any shape is caught', async () => {
    const lines = await found((app) => {
      const view = app.get(ViewRegistry).get(OwnerView);
      const anything = { type: 'object', additionalProperties: true };
      widen(view, 'data', anything, (id) => ({ deep: [{ authorId: Number(id) }] }));
    });
    expect(lines).toContain('GET /owners/{ownerUuid} body internal id: owners.id');
    expect(lines).toContain('GET /owners/{ownerUuid} body internal name: /data/deep/*/authorId');
    expect(lines).toContainEqual(expect.stringMatching(/description .*data is described as any/));
  });

  test('that answers more than it describes is caught', async () => {
    const plain = await notebook();
    await plain.app.init();
    const document = openApiOf(plain.app, { title: 'Notebook', version: '1' });
    await plain.stop();
    const lines = await found(
      (app) => widen(app.get(ViewRegistry).get(OwnerView), 'mood', { type: 'string' }, () => 'x'),
      { document },
    );
    expect(lines).toContain('GET /owners/{ownerUuid} body /mood is not in the schema');
  });

  test('that puts an id into a header is caught', async () => {
    const lines = await found((app) => {
      onEverySend(app, async (reply) => {
        const id = BigInt(await newestId(app));
        reply.header('x-trace', `t-${Buffer.from(`${id}`).toString('base64url')}`);
      });
    });
    expect(lines).toContain('GET /owners header x-trace internal id: owners.id as base64');
  });

  test('that puts an id into ETag and Location is caught', async () => {
    const lines = await found((app) => {
      onEverySend(app, async (reply) => {
        const id = await newestId(app);
        reply.header('etag', `"${id}"`);
        if (reply.statusCode === 201) reply.header('location', `/owners/${id}`);
      });
    });
    expect(lines).toContain('GET /owners header etag internal id: owners.id');
    expect(lines).toContain('POST /owners header location internal id: owners.id');
    expect(lines).toContain('POST /owners header location has a number where a public id is due');
  });

  test('whose cursors can be read is caught, and so is that they can be made', async () => {
    const lines = await found((app) => {
      const pages = app.get(Repositories).of(Owner).pagesOf(OwnerView) as unknown as {
        cursors: Record<'seal' | 'open', (value: never) => unknown>;
      };
      pages.cursors.seal = (values) => Buffer.from(JSON.stringify(values)).toString('base64url');
      pages.cursors.open = (cursor: string) => {
        const text = Buffer.from(cursor, 'base64').toString();
        return text.startsWith('["2') ? JSON.parse(text) : ['2026-01-01', '1'];
      };
    });
    expect(lines).toContain('GET /owners body internal id: owners.id as base64');
    expect(lines).toContainEqual(
      expect.stringMatching(/^GET \/owners status is 200, but .*cursor/),
    );
  });

  test('with a route outside the guarantees is caught all the same', async () => {
    const lines = await found((app) => {
      const fastify = app.getHttpAdapter().getInstance();
      fastify.get('/export', { config: { [exemptKey]: 'a test' } }, async () => ({
        rows: [{ owner: await newestId(app) }],
      }));
    });
    expect(lines).toEqual(['GET /export body internal id: owners.id']);
  });

  test('is left in peace where a reason is given', async () => {
    const lines = await found(
      (app) => {
        const fastify = app.getHttpAdapter().getInstance();
        fastify.get('/export', { config: { [exemptKey]: 'a test' } }, () => newestId(app));
      },
      { skip: { 'GET /export': 'an export for the operator' } },
    );
    expect(lines).toEqual([]);
  });

  test('that cannot be used is no proof', async () => {
    const lines = await found((app) =>
      app
        .getHttpAdapter()
        .getInstance()
        .addHook('onRequest', async (_request, reply) =>
          reply.code(401).type('application/problem+json').send(unauthenticated),
        ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^GET \/owners status never answered 2xx/));
  });
});

test('the error lists every finding with its request', async () => {
  const { app, stop } = await notebook([LeakyController]);
  const run = expectNoInternalIds(app, { limits: { requests: 40 } });
  await expect(run).rejects.toThrow(
    /findings in 40 requests[^]*GET \/leaks\/detail: body internal id: owners.id\n {4}\(use\) GET \/leaks\/detail[^]*stopped after 40 requests: raise its limits/,
  );
  await stop();
});

const unauthenticated = {
  type: 'urn:nest-dual-id:error:unauthenticated',
  title: 'Not authenticated',
  status: 401,
  code: 'unauthenticated',
  detail: 'Not authenticated. Send valid credentials.',
};

/** Makes a compiled view select its internal id and show something of it. */
function widen(
  view: object,
  property: string,
  schema: object = { type: 'string' },
  show: (id: string) => unknown = (id) => id,
): void {
  const compiled = view as {
    schema: { properties: Record<string, object> };
    select: { root: string; add(sql: string): number };
    read: (row: Row) => Record<string, unknown>;
  };
  const at = compiled.select.add(`${compiled.select.root}.id`);
  const { read } = compiled;
  compiled.schema.properties[property] = schema;
  compiled.read = (row) => Object.assign(read(row), { [property]: show(String(row[at])) });
}

interface Reply {
  readonly statusCode: number;
  header(name: string, value: string): unknown;
}

function onEverySend(app: NestFastifyApplication, change: (reply: Reply) => Promise<void>): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', async (_request, reply) => change(reply));
}

/** The description of the leaky notebook, with the query parameter it does not tell of. */
function withOwnerFilter(app: NestFastifyApplication): object {
  const document = openApiOf(app, { title: 'Notebook', version: '1' });
  const { parameters } = document.paths['/leaks/search']!.get!;
  parameters!.push({ name: 'owner', in: 'query', schema: { type: 'string' } });
  return document;
}
