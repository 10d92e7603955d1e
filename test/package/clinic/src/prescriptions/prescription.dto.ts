import { IsDecimal, IsString, Length } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId } from 'nest-dual-id';
import { Doctor } from '../doctors/doctor.entity.js';

export class CreatePrescriptionDto {
  @IsPublicId(Doctor)
  doctorUuid: PublicId<Doctor>;

  @IsString()
  @Length(1, 200)
  medicine: string;

  @IsDecimal()
  milligrams: string;
}
