import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { Product } from './product.entity.js';
import { exampleIds } from '../docs/example-ids.js';

/** A product as the API shows one. */
@View(Product, {
  sort: ['name', 'price', 'createdAt'],
  filters: {
    department: 'department',
    aisle: 'aisle',
    minPrice: { path: 'price', operator: '>=' },
    maxPrice: { path: 'price', operator: '<=' },
  },
  search: ['name'],
  example: {
    uuid: exampleIds.product,
    name: 'Organic Whole Milk',
    price: '4.20',
    department: 'milk-and-eggs',
    aisle: 'cow-milk',
  },
})
export class ProductView {
  @Field() uuid!: PublicId<Product>;
  @Field() name!: string;
  /** Null for a product that cannot be ordered yet. */
  @Field() price!: string | null;
  @Field('department.slug') department!: string;
  @Field('aisle.slug') aisle!: string;
  @Field() createdAt!: Date;
  @Field() updatedAt!: Date;
}
