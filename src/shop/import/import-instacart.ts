import { importFolder, progressPrinter } from 'nest-dual-id/import';
import type { ImportReport } from 'nest-dual-id/import';
import { instacart } from './instacart.js';

/** Imports a folder with the Instacart layout into the shop's database, and shows its progress. */
export async function importInstacart(
  database: string,
  folder: string,
  seededPrices: boolean,
  onNote: (note: string) => void,
): Promise<ImportReport> {
  const options = seededPrices ? { prices: 'seeded' } : {};
  const progress = progressPrinter();
  try {
    return await importFolder({
      database,
      plan: instacart,
      folder,
      options,
      onProgress: progress.show,
      onNote,
    });
  } finally {
    progress.clear();
  }
}
