import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import type { Patient } from '../patients/patient.entity.js';
import { PatientDocument } from './document.entity.js';

@View(PatientDocument, { sort: ['fileName'] })
export class DocumentView {
  @Field() uuid: PublicId<PatientDocument>;
  @Field() patientUuid: PublicId<Patient>;
  @Field() fileName: string;
  @Field() mediaType: string;
  @Field() size: number;
}
