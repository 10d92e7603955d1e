import { PartialType } from '@nestjs/mapped-types';
import { IsEmail, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsVisible } from '../visible.js';

/** A new user. */
export class CreateUser {
  @IsString()
  @Length(1, 100)
  @IsVisible()
  firstName!: string;

  @IsString()
  @Length(1, 100)
  @IsVisible()
  lastName!: string;

  @IsEmail()
  @MaxLength(254)
  email!: string;

  @IsOptional()
  @IsString()
  @MaxLength(50)
  phone?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(255)
  street?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  city?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(20)
  postalCode?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  country?: string | null;
}

/** Changes to a user; what is absent stays as it is. */
export class ChangeUser extends PartialType(CreateUser) {}
