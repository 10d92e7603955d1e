import { IsOptional, IsString, Length } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId } from 'nest-dual-id';
import { Organisation } from '../organisations/organisation.entity.js';
import { Department } from './department.entity.js';

export class CreateDepartmentDto {
  @IsString()
  @Length(1, 100)
  name: string;

  @IsPublicId(Organisation)
  organisationUuid: PublicId<Organisation>;

  @IsOptional()
  @IsPublicId(Department)
  parentUuid?: PublicId<Department> | null;
}

export class ChangeDepartmentDto {
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string;

  /** Null makes it a department of its own. */
  @IsOptional()
  @IsPublicId(Department)
  parentUuid?: PublicId<Department> | null;
}
