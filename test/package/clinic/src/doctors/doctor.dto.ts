import { IsString, Length } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId } from 'nest-dual-id';
import { Department } from '../departments/department.entity.js';
import { Speciality } from '../specialities/speciality.entity.js';

export class CreateDoctorDto {
  @IsString()
  @Length(1, 200)
  name: string;

  @IsPublicId(Department)
  departmentUuid: PublicId<Department>;
}

export class SpecialitiesDto {
  @IsPublicId(Speciality, { each: true })
  specialityUuids: PublicId<Speciality>[];
}
