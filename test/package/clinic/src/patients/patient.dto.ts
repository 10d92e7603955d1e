import { OmitType, PartialType } from '@nestjs/swagger';
import {
  IsEmail,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
} from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId, ObjectOf } from 'nest-dual-id';
import { AddressDto, ChangeAddressDto } from '../address/address.dto.js';
import { Insurer } from '../insurers/insurer.entity.js';
import { Organisation } from '../organisations/organisation.entity.js';

export class CreatePatientDto {
  @IsString()
  @Length(1, 100)
  firstName: string;

  @IsString()
  @Length(1, 100)
  lastName: string;

  @IsEmail()
  email: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @Length(10, 10)
  bornOn?: string | null;

  @ObjectOf(() => AddressDto)
  address: AddressDto;

  @IsPublicId(Organisation)
  organisationUuid: PublicId<Organisation>;

  @IsOptional()
  @IsPublicId(Insurer)
  insurerUuid?: PublicId<Insurer> | null;
}

/** What changes of a patient; of the address too, only what changes. */
export class ChangePatientDto extends PartialType(
  OmitType(CreatePatientDto, ['address', 'organisationUuid']),
) {
  @IsOptional()
  @ObjectOf(() => ChangeAddressDto)
  address?: ChangeAddressDto;
}
