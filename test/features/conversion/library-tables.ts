import {
  addDualId,
  addGuidId,
  addMasterLink,
  addRecordType,
  addReferenceId,
  installDualId,
} from 'nest-dual-id';
import { addHistory, installHistory } from 'nest-dual-id/history';
import { installIdempotency } from 'nest-dual-id/idempotency';
import { addFencing, installLocks } from 'nest-dual-id/locks';
import { installRelations } from 'nest-dual-id/relations';
import type { EntityManager } from 'typeorm';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

/** A database that has everything that this library keeps of rows. */
export async function openLibrary(): Promise<Stock> {
  const stock = await openStock([]);
  await stock.dataSource.transaction(async (runner) => {
    await installDualId(runner);
    await installHistory(runner);
    await installLocks(runner);
    await installRelations(runner, [{ id: 1, name: 'next-to' }]);
    await installIdempotency(runner);
    await addRecordType(runner, { id: 90, name: 'record' });
  });
  return stock;
}

type Add = (runner: EntityManager, place: { table: string; schema: string }) => Promise<void>;
let types = 100;
const newType = (schema: string) => ({ id: (types += 1), name: `row of ${schema} ${types}` });

/** What migrations add to a table with a bigint key. */
export const additions: Readonly<Record<string, Add>> = {
  addDualId: (runner, place) => addDualId(runner, { ...place, type: newType(place.schema) }),
  addGuidId: (runner, place) => addGuidId(runner, { ...place, type: newType(place.schema) }),
  addReferenceId: (runner, place) => addReferenceId(runner, place),
  addMasterLink: (runner, place) => addMasterLink(runner, place),
  addHistory: (runner, place) => addHistory(runner, { ...place, keep: 'rows' }),
  addFencing: (runner, place) => addFencing(runner, place),
};

/** Adds something in a transaction of its own, as a migration does. */
export function addTo(stock: Stock, what: string, table: string, schema: string): Promise<void> {
  return stock.dataSource.transaction((runner) => additions[what]!(runner, { table, schema }));
}
