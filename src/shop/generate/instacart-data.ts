import type { DataGenerator, GeneratedFile, GenerateRequest } from 'nest-dual-id';
import type { CatalogueSizes } from './catalogue.js';
import { writeCatalogue } from './catalogue.js';
import { Customers, largestIds, orderCountsOf } from './customers.js';
import { withLayout } from './layout.js';

/**
 * Makes up a shop's history in the files of the Instacart data, with its shapes and without its
 * names. The same users, seed and sizes give the same bytes on every machine.
 */
export const instacartData: DataGenerator = { sizes: sizes(), generate };

function sizes() {
  return {
    products: { usual: 2000, most: largestIds.products, summary: 'products of the catalogue' },
    aisles: { usual: 120, most: 300, summary: 'aisles they stand in' },
    departments: { usual: 20, most: 100, summary: 'departments of the aisles' },
  } satisfies DataGenerator['sizes'];
}

async function generate(request: GenerateRequest): Promise<readonly GeneratedFile[]> {
  const { users, seed, folder } = request;
  const catalogue = sizesOf(request);
  requireIds(users, seed);
  const files = await withLayout(folder, async (layout) => {
    writeCatalogue(layout, catalogue, seed);
    const customers = new Customers(layout, seed, catalogue.products);
    let position = 0;
    for (const orders of orderCountsOf(users, seed)) {
      customers.write(position, orders);
      position += 1;
      // Waiting for the disk here is what keeps memory flat.
      for (const file of Object.values(layout)) await file.flush();
    }
  });
  return files.map(({ name, rows, bytes }) => ({ name, rows, bytes }));
}

function sizesOf(request: GenerateRequest): CatalogueSizes {
  const usual = sizes();
  const size = (name: keyof CatalogueSizes) => request.sizes[name] ?? usual[name].usual;
  return { departments: size('departments'), aisles: size('aisles'), products: size('products') };
}

/** Refuses more rows than there are ids below those the shop gives to its own. */
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
      `Ask for ${fitting} users or fewer with this seed.`,
  );
}
