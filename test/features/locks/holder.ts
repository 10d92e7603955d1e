import { argv, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { Reading } from '../../support/guarded-entities.js';
import { openLocks, ReadingView } from './bench.js';

// A separate process that holds a lease. Each line it reads is a value to write under it.
const [, , url = '', uuid = '', ttl = '0', clockSkew = '0'] = argv;
const skew = Number(clockSkew);
if (skew !== 0) {
  const honest = Date.now;
  Date.now = () => honest() + skew;
}
const tell = (event: object) => stdout.write(`${JSON.stringify(event)}\n`);
const codeOf = (error: unknown) => (error as { code?: string }).code ?? String(error);
const orders = createInterface({ input: stdin })[Symbol.asyncIterator]();

const { locks, repositories, dataSource } = await openLocks(url, 3);
const work = locks.withLease(`reading:${uuid}`, Number(ttl), async ({ token, signal }) => {
  tell({ token });
  for (;;) {
    const order = await orders.next();
    if (order.done || order.value === 'end') return;
    const value = Number(order.value);
    const write = repositories.of(Reading).update(ReadingView, uuid as never, { value });
    const outcome = await write.then(() => 'written', codeOf);
    tell({ write: outcome, aborted: signal.aborted });
  }
});
tell({ ended: await work.then(() => 'well', codeOf) });
await dataSource.destroy();
process.exit();
