import type { Layout } from './layout.js';
import { Random } from './random.js';
import { ScatteredIds } from './scattered-ids.js';
import { nameCounts, placeName, productName } from './words.js';

/** How much there is to buy. */
export interface CatalogueSizes {
  readonly departments: number;
  readonly aisles: number;
  readonly products: number;
}

/** Writes departments, aisles and products. Every aisle belongs to one department. */
export function writeCatalogue(layout: Layout, sizes: CatalogueSizes, seed: string): void {
  const random = new Random(`${seed}/catalogue`);
  const places = new ScatteredIds(nameCounts.places, random);
  const names = new ScatteredIds(nameCounts.products, random);
  for (let id = 1; id <= sizes.departments; id += 1) {
    layout['departments.csv'].addFields([id, placeName(places.at(id) - 1)]);
  }
  for (let id = 1; id <= sizes.aisles; id += 1) {
    layout['aisles.csv'].addFields([id, placeName(places.at(sizes.departments + id) - 1)]);
  }
  for (let id = 1; id <= sizes.products; id += 1) {
    const aisle = random.between(1, sizes.aisles);
    const department = 1 + (aisle % sizes.departments);
    const name = productName(names.at(id) - 1);
    layout['products.csv'].addFields([id, name, aisle, department, price(random)]);
  }
}

/** Between 0.59 and 24.99, mostly low. */
function price(random: Random): string {
  const tenths = Math.min(random.between(6, 250), random.between(6, 250));
  const cents = tenths * 10 - 1;
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
