import { Field, View } from 'nest-dual-id';
import { Aisle } from './aisle.entity.js';

/** An aisle as the API shows one. */
@View(Aisle, { sort: ['name'], example: { slug: 'fresh-herbs', name: 'fresh herbs' } })
export class AisleView {
  @Field() slug!: string;
  @Field() name!: string;
}
