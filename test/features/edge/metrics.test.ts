import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { openApiOf } from 'nest-dual-id';
import type { EdgeMetricsOptions } from 'nest-dual-id/edge';
import { EdgeMetrics, EdgeMetricsModule } from 'nest-dual-id/edge';
import { Counter, Registry } from 'prom-client';
import type { Api } from '../../support/api.js';
import { refusalOf } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { rawConnection } from '../../support/raw-request.js';
import { known, slow, startEdge, ThingsController, TokensModule } from './edge-api.js';

let library: Library;
let api: Api | undefined;
beforeAll(async () => {
  library = await openLibrary();
});
afterEach(() => api?.close());
afterAll(() => library.close());

@Injectable()
class Mailbox {
  counts() {
    return { sent: 5 };
  }
}

@Injectable()
class Feed {
  check() {
    return { horizonAge: 42 };
  }
}

@Module({ providers: [Mailbox, Feed], exports: [Mailbox, Feed] })
class PartsModule {}

const parts = (options: EdgeMetricsOptions) => ({
  url: library.url,
  entities: libraryEntities,
  imports: [TokensModule, PartsModule, EdgeMetricsModule.forRoot(options)],
});

async function start(options: EdgeMetricsOptions = {}): Promise<Api> {
  return (api = await startEdge(parts({ api: 'open', ...options })));
}

const read = async () => (await api!.get('/metrics')).text;
const until = async (line: RegExp) => {
  let text = await read();
  while (!line.test(text)) text = await read();
  return text;
};

describe('GET /metrics', () => {
  test('counts requests by route, and shows no address', async () => {
    await start();
    const secret = 'canary7700000000001';
    await api!.get(`/things/named/${secret}`);
    await api!.get(`/${secret}`);
    await api!.get(`/things?q=${secret}`);
    const text = await until(/route="\/things",status="204"/);
    const labels = 'method="GET",route="/things/named/:name",status="204"';
    expect(text).toContain(`http_request_duration_seconds_count{${labels}} 1`);
    expect(text).toContain('method="GET",route="none",status="404"');
    expect(text).not.toContain(secret);
  });

  test('counts clients that left by themselves', async () => {
    await start();
    const before = slow.arrived;
    const url = await api!.app.getUrl();
    const { socket } = await rawConnection(url, 'GET /things/slow HTTP/1.1\r\nHost: x\r\n\r\n');
    while (slow.arrived === before) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    await until(/route="\/things\/slow",status="aborted"/);
    slow.release();
  });

  test('shows the figures of the parts, and of the process', async () => {
    await start({ counted: { mailbox: Mailbox }, feed: Feed });
    const { text, headers } = await api!.get('/metrics');
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text).toContain('dual_id_figure{part="mailbox",figure="sent"} 5');
    expect(text).toMatch(/dual_id_figure\{part="database",figure="connections"\} \d/);
    expect(text).toContain('dual_id_feed_horizon_age_seconds 42');
    expect(text).toMatch(/nodejs_eventloop_lag_seconds \d/);
  });

  test('shows metrics of the application in a registry of its own', async () => {
    const registry = new Registry();
    new Counter({ name: 'mails', help: 'Mails', registers: [registry] }).inc(3);
    await start({ registry });
    expect(await read()).toContain('mails 3');
    expect(api!.app.get(EdgeMetrics).contentType).toBe(registry.contentType);
  });

  test('is in no API description', async () => {
    await start();
    const { paths } = await openApiOf(api!.app, { title: 'Things', version: '1' });
    expect(Object.keys(paths)).not.toContain('/metrics');
  });
});

describe('access to the metrics', () => {
  test('has to be said once access control is on', async () => {
    const refusal = await refusalOf({ ...parts({}), controllers: [ThingsController] });
    expect(refusal).toContain('GET /metrics has no policy');
  });

  test('is for those with the permission', async () => {
    await start({ api: { permission: 'metrics:read' } });
    expect((await api!.get('/metrics')).status).toBe(401);
    const headers = { authorization: `Bearer ${known.token}` };
    expect((await api!.ask('GET', '/metrics', { headers })).status).toBe(403);
  });

  test('is for everyone where no route asks for credentials', async () => {
    const open = { ...parts({}), controllers: [], imports: [EdgeMetricsModule.forRoot()] };
    api = await startEdge(open);
    expect((await api.get('/metrics')).status).toBe(200);
  });
});
