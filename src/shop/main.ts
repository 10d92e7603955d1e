import { parseArgs } from 'node:util';
import type { TableReport } from 'nest-dual-id/import';
import { startServer } from './embedded-server.js';
import { requireFreePort } from './free-port.js';
import { startFailure } from './start-failure.js';
import { exitCode, StartSignals } from './start-signals.js';
import { readShopSettings } from './settings.js';

const startSignals = new StartSignals(async (signal) => exitCode(signal));

try {
  const { values } = parseArgs({
    options: { import: { type: 'string' }, prices: { type: 'string' } },
  });
  const settings = readShopSettings(process.env);
  await requireFreePort(settings);
  const database = settings.databaseUrl ?? startServer(settings.dataDir);
  startSignals.now(async (signal) => {
    const next = values.import === undefined ? '' : ' Imported tables stay imported.';
    console.error(`${signal} came before the shop was ready and stops it.${next}`);
    if (typeof database !== 'string') await (await database).stop();
    return exitCode(signal);
  });
  const { startShop } = await import('./shop.js');
  const shop = await startShop(settings, database, {
    importFolder: values.import,
    seededPrices: values.prices === 'seeded',
    onNote: (note) => console.error(note),
  });
  for (const name of shop.migrations) console.log(`Migrated: ${name}`);
  for (const table of shop.imported?.tables ?? []) console.log(importLine(table));
  const rejects = shop.imported?.rejectsFile ?? null;
  if (rejects !== null) console.log(`Rejected rows: ${rejects}`);
  if (shop.seeded) console.log('Filled the empty database with a small catalogue.');
  if (shop.firstKey !== undefined) {
    console.log(`Key of the owner, shown once: ${shop.firstKey}`);
  }
  console.log(`API:           ${shop.url}/products`);
  console.log(`Documentation: ${shop.url}/docs`);
  console.log(`Explorer:      ${shop.url}/explorer`);
  if (shop.firstRequest !== undefined) console.log(shop.firstRequest);
  startSignals.now(async (signal) => {
    console.log('Stopping.');
    return (await shop.stop(signal)) ? 0 : 1;
  });
} catch (error) {
  if (!startSignals.isHeard) {
    console.error(startFailure(error));
    process.exitCode = 1;
  }
}

function importLine({ table, loaded, rejected, alreadyThere }: TableReport): string {
  return `Imported ${table}: ${loaded} loaded, ${rejected} rejected, ${alreadyThere} already there.`;
}
