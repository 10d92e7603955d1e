import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { Organisation } from './organisation.entity.js';

@View(Organisation, { sort: ['name'], search: ['name'] })
export class OrganisationView {
  @Field() uuid: PublicId<Organisation>;
  @Field() name: string;
  @Field('address.street') street: string;
  @Field('address.city') city: string;
  @Field('address.postalCode') postalCode: string;
}
