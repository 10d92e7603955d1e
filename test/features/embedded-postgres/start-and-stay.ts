import { argv, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { startEmbeddedPostgres } from '../../../src/features/embedded-postgres/index.js';

// An application in little: it starts the server, says so, and stays until it is killed. SIGTERM
// ends it in order.
const [, , dataDir = '', version] = argv;
const { url, adopted, stop } = await startEmbeddedPostgres({
  dataDir,
  version: version === '15' ? 15 : 18,
  settings: { fsync: 'off' },
});
process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
stdout.write(`${JSON.stringify({ url, adopted })}\n`);
await sleep(60_000);
