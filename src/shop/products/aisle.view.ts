import { Field, View } from 'nest-dual-id';
import { Aisle } from './aisle.entity.js';

/** An aisle as the API shows one. */
@View(Aisle, {
  sort: ['name', 'productCount'],
  example: { slug: 'fresh-herbs', name: 'fresh herbs' },
})
export class AisleView {
  @Field() slug!: string;
  @Field() name!: string;
  /** How many of its products are on sale. */
  @Field() productCount!: number;
}
