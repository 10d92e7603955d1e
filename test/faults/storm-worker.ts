import { argv, stdin, stdout } from 'node:process';
import { Reading } from '../support/guarded-entities.js';
import { openLocks, ReadingView } from '../features/locks/bench.js';

// A process that takes one lease again and again and writes under it, until its input ends. It
// looks at no signal: only the fence stands between its late writes and the row.
const [, , url = '', uuid = '', ttl = '0'] = argv;
const { locks, repositories, dataSource } = await openLocks(url, 3);
const readings = repositories.of(Reading);
const counts = { written: 0, refused: 0 };
stdin.resume();

while (!stdin.readableEnded) {
  const work = locks.withLease('storm', Number(ttl), async () => {
    for (let value = 0; value < 20; value += 1) {
      await readings.update(ReadingView, uuid as never, { value });
      counts.written += 1;
    }
  });
  await work.catch((error: { code?: string }) => {
    if (error.code === 'lease_lost') counts.refused += 1;
    else stdout.write(`${error.code ?? String(error)}\n`);
  });
}
stdout.write(`${JSON.stringify(counts)}\n`);
await dataSource.destroy();
process.exit();
