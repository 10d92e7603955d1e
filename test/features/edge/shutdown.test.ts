import { Agent } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GracefulShutdown } from 'nest-dual-id';
import { enableGracefulShutdown, Readiness } from 'nest-dual-id';
import { EdgeMetricsModule } from 'nest-dual-id/edge';
import { clientOf } from '../../support/http-client.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { Lines, slow, startEdge, TokensModule } from './edge-api.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

test('requests in progress when the application stops get whole responses, on connections that are kept', async () => {
  const lines = new Lines();
  let shutdown: GracefulShutdown;
  const api = await startEdge(
    {
      url: library.url,
      entities: libraryEntities,
      imports: [TokensModule, EdgeMetricsModule.forRoot({ api: 'open' })],
      prepare: (app) => (shutdown = enableGracefulShutdown(app, { signals: [], drain: 60_000 })),
    },
    { log: { destination: lines } },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const ask = clientOf(api.app, agent);
  // The connections have served others before.
  await Promise.all([1, 2, 3, 4].map(() => ask('GET', '/things')));
  const before = slow.arrived;
  const answers = [1, 2, 3, 4].map(() => ask('GET', '/things/slow'));
  while (slow.arrived < before + 4) await new Promise((resolve) => setTimeout(resolve, 5));
  const stopped = shutdown!.stop();
  const readiness = api.app.get(Readiness);
  await expect(readiness.check()).rejects.toMatchObject({ code: 'unavailable' });
  slow.release();
  for (const { status, body } of await Promise.all(answers)) {
    expect([status, body]).toEqual([200, { text: 'whole'.repeat(1_000) }]);
  }
  expect(await stopped).toBe(true);
  const written = await lines.read(8);
  expect(written.map(({ aborted }) => aborted as boolean)).not.toContain(true);
  agent.destroy();
});
