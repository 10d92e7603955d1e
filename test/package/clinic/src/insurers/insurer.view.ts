import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { Insurer } from './insurer.entity.js';

@View(Insurer, { sort: ['companyName'] })
export class InsurerView {
  @Field() uuid: PublicId<Insurer>;
  @Field() companyName: string;
}
