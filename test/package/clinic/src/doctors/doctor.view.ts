import type { PublicId } from 'nest-dual-id';
import { Field, Many, View } from 'nest-dual-id';
import type { Department } from '../departments/department.entity.js';
import { SpecialityView } from '../specialities/speciality.view.js';
import { Doctor } from './doctor.entity.js';

@View(Doctor, { sort: ['name'], filters: ['departmentUuid'], search: ['name'] })
export class DoctorView {
  @Field() uuid: PublicId<Doctor>;
  @Field() name: string;
  @Field() departmentUuid: PublicId<Department>;
  @Many(() => SpecialityView, { orderBy: 'name' })
  specialities: SpecialityView[];
}
