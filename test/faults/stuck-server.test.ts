import { afterEach, expect } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { testOnLinux } from '../support/conditions.js';
import { cleanUp, ask, folderWithCluster, isUp } from '../features/embedded-postgres/playground.js';
import { serverPid, start } from '../features/embedded-postgres/playground.js';

afterEach(cleanUp);

testOnLinux(
  'a server that cannot stop in order is stopped anyway, and keeps what it confirmed',
  async () => {
    const dataDir = await folderWithCluster();
    const server = await start(dataDir);
    await ask(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const listed = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(serverPid(dataDir))], {
      encoding: 'utf8',
    });
    // An orderly stop waits for this process, which no longer runs.
    const checkpointer = Number(/(\d+) postgres: checkpointer/.exec(listed.stdout)?.[1]);
    process.kill(checkpointer, 'SIGSTOP');
    await server.stop();
    expect(await isUp(server.url)).toBe(false);
    const next = await start(dataDir);
    expect(next.adopted).toBe(false);
    expect(await ask(next.url, 'SELECT answer FROM kept')).toBe(42);
  },
);
