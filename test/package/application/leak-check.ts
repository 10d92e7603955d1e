import { expectNoInternalIds } from 'nest-dual-id/testing';
import { createApp } from './parcels.js';

/** Calls every route rightly and wrongly; an internal id in an answer ends it with an error. */
async function checkLeaks(): Promise<void> {
  const app = await createApp(process.env['DATABASE_URL'] ?? '');
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const send = (label: string) =>
    fetch(`${url}/parcels`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ label }),
    });
  const seed = () => Promise.all([send('A1'), send('A2')]);
  const { requests } = await expectNoInternalIds(app, { seed });
  process.stdout.write(`no internal id in ${requests} answers\n`);
  await app.close();
}

void checkLeaks();
