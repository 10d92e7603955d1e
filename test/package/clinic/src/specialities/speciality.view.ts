import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { Speciality } from './speciality.entity.js';

@View(Speciality, { sort: ['name'] })
export class SpecialityView {
  @Field() uuid: PublicId<Speciality>;
  @Field() name: string;
}
