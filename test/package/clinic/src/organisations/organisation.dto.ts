import { IsOptional, IsString, Length } from 'class-validator';
import { ObjectOf } from 'nest-dual-id';
import { AddressDto, ChangeAddressDto } from '../address/address.dto.js';

export class CreateOrganisationDto {
  @IsString()
  @Length(1, 200)
  name: string;

  @ObjectOf(() => AddressDto)
  address: AddressDto;
}

export class ChangeOrganisationDto {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string;

  @IsOptional()
  @ObjectOf(() => ChangeAddressDto)
  address?: ChangeAddressDto;
}
