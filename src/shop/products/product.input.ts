import { PartialType } from '@nestjs/mapped-types';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsVisible } from '../visible.js';

const money = /^\d{1,10}(\.\d{1,2})?$/;

/** A new product. */
export class CreateProduct {
  @IsString()
  @Length(1, 255)
  @IsVisible()
  name!: string;

  /** A decimal such as 4.20; without it the product cannot be ordered. */
  @IsOptional()
  @Matches(money, { message: 'price must be a decimal such as 4.20' })
  price?: string | null;

  /** Slug of the department. */
  @IsString()
  @Length(1, 100)
  department!: string;

  /** Slug of the aisle. */
  @IsString()
  @Length(1, 100)
  aisle!: string;
}

/** Changes to a product; what is absent stays as it is. */
export class ChangeProduct extends PartialType(CreateProduct) {}
