import { afterEach, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Database, exemptKey, openApiOf, Repositories, statement } from 'nest-dual-id';
import type { Row } from 'nest-dual-id';
import type { LeakTestOptions } from 'nest-dual-id/testing';
import { inspectApplication } from 'nest-dual-id/testing';
import { ViewRegistry } from '../../src/core/view/view-registry.js';
import type { Notebook } from '../features/testing/notebook.js';
import { notebook, Owner, OwnerView } from '../features/testing/notebook.js';

const newestOwner = statement('SELECT max(id)::text FROM owners');

async function newestId(app: NestFastifyApplication): Promise<string> {
  const [row] = await app.get(Database).rows(newestOwner);
  return String(row?.[0]);
}

describe('an application', () => {
  let running: Notebook | undefined;
  afterEach(async () => running?.stop());

  /** What is found in a notebook that was tampered with. */
  async function found(
    tamper: (app: NestFastifyApplication) => void,
    options: LeakTestOptions = {},
  ): Promise<readonly string[]> {
    running = await notebook([], tamper);
    const { findings } = await inspectApplication(running.app, options);
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

  test('that returns more than it describes is caught', async () => {
    const plain = await notebook();
    await plain.app.init();
    const document = await openApiOf(plain.app, { title: 'Notebook', version: '1' });
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

  test('that puts an id into ETag and Location is caught, the latter before it leaves', async () => {
    const lines = await found((app) => {
      onEverySend(app, async (reply) => {
        const id = await newestId(app);
        reply.header('etag', `"${id}"`);
        if (reply.statusCode === 201) reply.header('location', `/owners/${id}`);
      });
    });
    expect(lines).toContain('GET /owners header etag internal id: owners.id');
    expect(lines).toContain('POST /owners status is 500');
    expect(lines).not.toContainEqual(expect.stringContaining('header location'));
  });

  test('whose cursors can be read or forged is caught', async () => {
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

  test('is left alone if a reason is given', async () => {
    const lines = await found(
      (app) => {
        const fastify = app.getHttpAdapter().getInstance();
        fastify.get('/export', { config: { [exemptKey]: 'a test' } }, () => newestId(app));
      },
      { skip: { 'GET /export': 'an export for the operator' } },
    );
    expect(lines).toEqual([]);
  });

  test('that cannot be used proves nothing', async () => {
    const lines = await found((app) =>
      app
        .getHttpAdapter()
        .getInstance()
        .addHook('onRequest', async (_request, reply) =>
          reply.code(401).type('application/problem+json').send(unauthenticated),
        ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^GET \/owners status never responded with 2xx/),
    );
  });
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
    readAmongOthers: (row: Row) => Record<string, unknown>;
  };
  const at = compiled.select.add(`${compiled.select.root}.id`);
  compiled.schema.properties[property] = schema;
  for (const way of ['read', 'readAmongOthers'] as const) {
    const read = compiled[way];
    compiled[way] = (row) => Object.assign(read(row), { [property]: show(String(row[at])) });
  }
}

interface Reply {
  readonly statusCode: number;
  header(name: string, value: string): unknown;
}

function onEverySend(app: NestFastifyApplication, change: (reply: Reply) => Promise<void>): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', async (_request, reply) => change(reply));
}
