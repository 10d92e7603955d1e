import type { DataGenerator, GeneratedFile, GenerateRequest } from 'nest-dual-id';
import type { CatalogueSizes } from './catalogue.js';
import { writeCatalogue } from './catalogue.js';
import { Customers, largestIds, orderCountsOf } from './customers.js';
import { withLayout } from './layout.js';

/**
 * Makes up a shop's history in the files of the Instacart data, with its distributions but without
 * its names. The same users, seed and sizes give the same bytes on every machine.
 */
export const instacartData: DataGenerator = { sizes: sizeOptions(), generate };

function sizeOptions() {
  return {
    products: {
      defaultSize: 2000,
      maxSize: largestIds.products,
      summary: 'products of the catalogue',
    },
    aisles: { defaultSize: 120, maxSize: 300, summary: 'aisles of the products' },
    departments: { defaultSize: 20, maxSize: 100, summary: 'departments of the aisles' },
  } satisfies DataGenerator['sizes'];
}

async function generate(request: GenerateRequest): Promise<readonly GeneratedFile[]> {
  const { users, seed, folder } = request;
  const catalogue = catalogueSizes(request);
  requireIds(users, seed);
  const files = await withLayout(folder, async (layout) => {
    writeCatalogue(layout, catalogue, seed);
    const customers = new Customers(layout, seed, catalogue.products);
    let position = 0;
    for (const orders of orderCountsOf(users, seed)) {
      customers.write(position, orders);
      position += 1;
      // Waiting for the disk here keeps memory flat.
      for (const file of Object.values(layout)) await file.flush();
    }
  });
  return files.map(({ name, rows, bytes }) => ({ name, rows, bytes }));
}

function catalogueSizes(request: GenerateRequest): CatalogueSizes {
  const usual = sizeOptions();
  const size = (name: keyof CatalogueSizes) => request.sizes[name] ?? usual[name].defaultSize;
  return { departments: size('departments'), aisles: size('aisles'), products: size('products') };
}

/** Refuses more rows than there are ids below those of the shop itself. */
function requireIds(users: number, seed: string): void {
  let fitting = 0;
  let orders = 0;
  for (const count of orderCountsOf(Math.min(users, largestIds.users), seed)) {
    orders += count;
    if (orders > largestIds.orders) break;
    fitting += 1;
  }
  if (fitting === users) return;
  throw new Error(
    `The layout has ids for ${largestIds.users} users and ${largestIds.orders} orders. ` +
      `Use ${fitting} users or fewer with this seed.`,
  );
}
