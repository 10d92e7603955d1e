import { afterAll, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dualIdDataSource, Readiness } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { testWhere } from '../support/conditions.js';
import type { OwnServer } from '../support/own-server.js';
import { ownServer } from '../support/own-server.js';

/** A separate small disk, which only root on Linux may mount. */
const folder = mkdtempSync(join(tmpdir(), 'dual-id-disk-'));
const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', folder]);
let server: OwnServer | undefined;

afterAll(async () => {
  await server?.stop().catch(() => undefined);
  if (status === 0) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});

testWhere(status === 0, 'mount')(
  'an application is not ready while the disk of its server is full',
  async () => {
    server = await ownServer(folder);
    const { url } = server;
    const dataSource = new DataSource(dualIdDataSource({ url, entities: [] }));
    await dataSource.initialize();
    const writer = new Readiness(dataSource, { readiness: { writeEvery: 0 } });
    const reader = new Readiness(dataSource, { readiness: { access: 'read' } });
    await writer.check();

    const { bavail, bsize } = statfsSync(folder);
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(writer.check()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    await reader.check();

    rmSync(filler);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await writer.check();
    for (const readiness of [writer, reader]) readiness.onApplicationShutdown();
    await dataSource.destroy();
  },
);
