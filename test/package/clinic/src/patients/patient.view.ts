import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import type { Insurer } from '../insurers/insurer.entity.js';
import type { Organisation } from '../organisations/organisation.entity.js';
import { Patient } from './patient.entity.js';

@View(Patient, {
  sort: ['lastName', 'bornOn'],
  filters: ['organisationUuid', 'city'],
  search: ['firstName', 'lastName'],
})
export class PatientView {
  @Field() uuid: PublicId<Patient>;
  @Field() firstName: string;
  @Field() lastName: string;
  @Field() email: string;
  @Field() bornOn: string | null;
  @Field('address.street') street: string;
  @Field('address.city') city: string;
  @Field('address.postalCode') postalCode: string;
  @Field() organisationUuid: PublicId<Organisation>;
  @Field() insurerUuid: PublicId<Insurer> | null;
}
