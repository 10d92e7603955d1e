import { expectNoInternalIds } from 'nest-dual-id/testing';
import { createApp } from './tickets.js';

/** Calls every route rightly and wrongly; an internal id in an answer ends it with an error. */
async function checkLeaks(): Promise<void> {
  const app = await createApp(process.env['DATABASE_URL'] ?? '');
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const sell = (seat: string) =>
    fetch(`${url}/tickets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ seat }),
    });
  const seed = () => Promise.all([sell('A1'), sell('A2')]);
  const { requests } = await expectNoInternalIds(app, { seed });
  process.stdout.write(`no internal id in ${requests} answers\n`);
  await app.close();
}

void checkLeaks();
