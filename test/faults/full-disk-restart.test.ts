import { afterAll, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { testWhere } from '../support/conditions.js';
import { ask, until } from '../features/embedded-postgres/playground.js';

const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const disk = join(tmpdir(), `dual-id-full-disk-${randomBytes(6).toString('hex')}`);
mkdirSync(disk);
// A separate disk, which only root may mount; a real disk must not be filled.
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'none', disk]).status === 0;

afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

testWhere(isMounted, 'mount')(
  'a server that ran out of disk for its log comes back, with what it confirmed, once there is room',
  async () => {
    const heard: string[] = [];
    const server = await startEmbeddedPostgres({
      dataDir: disk,
      version,
      // The log has to grow on the full disk; otherwise it would be truncated in time.
      settings: { max_wal_size: '1GB', wal_recycle: 'off' },
      restart: { maxDelay: 1000, maxAttempts: 60 },
      log: (message) => heard.push(message),
    });
    await ask(server.url, 'CREATE TABLE confirmed (number int)');
    const confirmed = await fillUntilRefused(server.url);
    await until('the log tells', () =>
      heard.some((message) => / ended unexpectedly \(/.test(message)),
    );
    await until('an attempt fails', () => heard.some((message) => /attempt 2 of/.test(message)));
    expect(heard.join('\n')).toMatch(/No space left on device|the disk of .* is full/);
    rmSync(join(disk, 'ballast'));
    await until('it is restarted', () => server.restarts > 0);
    expect(await ask(server.url, 'SELECT max(number) FROM confirmed')).toBeGreaterThanOrEqual(
      confirmed,
    );
    await server.stop();
  },
  120_000,
);

/** Leaves room for one more segment of the log, writes until it is full, and counts what was confirmed. */
async function fillUntilRefused(url: string): Promise<number> {
  const { bavail, bsize } = statfsSync(disk);
  appendFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - 24 * 1024 * 1024));
  for (let number = 1; ; number += 1) {
    try {
      await ask(
        url,
        `SELECT pg_logical_emit_message(true, 'filling', repeat('x', 1000000)) IS NULL`,
      );
      await ask(url, `INSERT INTO confirmed VALUES (${number})`);
    } catch {
      return number - 1;
    }
  }
}
