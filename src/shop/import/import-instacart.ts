import { importFolder } from 'nest-dual-id/import';
import type { ImportReport } from 'nest-dual-id/import';
import { instacart } from './instacart.js';

/** Imports a folder of the Instacart layout into the shop's database. */
export function importInstacart(
  database: string,
  folder: string,
  seededPrices: boolean,
): Promise<ImportReport> {
  const options = seededPrices ? { prices: 'seeded' } : {};
  return importFolder({ database, plan: instacart, folder, options });
}
