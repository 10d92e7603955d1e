import { PartialType } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

export class AddressDto {
  @IsString()
  @Length(1, 200)
  street: string;

  @IsString()
  @Length(1, 100)
  city: string;

  @IsString()
  @Length(1, 20)
  postalCode: string;
}

/** The parts of an address that change. */
export class ChangeAddressDto extends PartialType(AddressDto) {}
