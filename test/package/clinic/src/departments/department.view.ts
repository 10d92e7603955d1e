import type { PublicId } from 'nest-dual-id';
import { Field, Many, View } from 'nest-dual-id';
import type { Organisation } from '../organisations/organisation.entity.js';
import { Department } from './department.entity.js';

@View(Department)
export class SubdepartmentView {
  @Field() uuid: PublicId<Department>;
  @Field() name: string;
}

@View(Department, {
  sort: ['name'],
  filters: ['organisationUuid', 'parentUuid'],
})
export class DepartmentView {
  @Field() uuid: PublicId<Department>;
  @Field() name: string;
  @Field() organisationUuid: PublicId<Organisation>;
  @Field() parentUuid: PublicId<Department> | null;
  @Many(() => SubdepartmentView, 'parent') departments: SubdepartmentView[];
}
