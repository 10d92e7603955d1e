import { mkdir } from 'node:fs/promises';
import { CsvFile } from './csv-file.js';

const headerLines = {
  'departments.csv': 'department_id,department',
  'aisles.csv': 'aisle_id,aisle',
  'products.csv': 'product_id,product_name,aisle_id,department_id,price',
  'users.csv':
    'user_id,first_name,last_name,email_address,phone_number,street_address,city,postal_code,country',
  'orders.csv':
    'order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order',
  'order_products__prior.csv': 'order_id,product_id,add_to_cart_order,reordered',
  'order_status_history.csv': 'order_id,status,changed_at',
} as const;

/** A file of the Instacart layout. */
export type FileName = keyof typeof headerLines;

/** The files of the Instacart layout being written. */
export type Layout = Readonly<Record<FileName, CsvFile>>;

/**
 * Starts the files, runs the work that fills them and finishes them; if it fails, none is left
 * behind.
 */
export async function withLayout(
  folder: string,
  work: (layout: Layout) => Promise<void>,
): Promise<readonly CsvFile[]> {
  await makeDataFolder(folder);
  const files: CsvFile[] = [];
  try {
    for (const [name, header] of Object.entries(headerLines)) {
      files.push(await CsvFile.create(folder, name, header));
    }
    await work(Object.fromEntries(files.map((file) => [file.name, file])) as unknown as Layout);
    for (const file of files) await file.flush(true);
    for (const file of files) await file.close();
    return files;
  } catch (error) {
    for (const file of files) await file.discard();
    throw error;
  }
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new Error(`The folder ${folder} cannot be created. Choose another one with --out.`, {
      cause,
    });
  }
}
