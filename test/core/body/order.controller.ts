import { Body, Controller, Post } from '@nestjs/common';
import { PartialType } from '@nestjs/mapped-types';
import { IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { IsPublicId, ListOf, ObjectOf, ReturnsSchema } from 'nest-dual-id';
import { Author, Book, Licence } from '../../support/library/library.entities.js';

export class Line {
  @IsPublicId(Book) bookUuid!: string;
  @IsInt() @Min(1) @Max(999) quantity!: number;
}

export class Parcel {
  @IsString() @MaxLength(20) postalCode!: string;
  @ListOf(() => Line, { min: 1, max: 3 }) lines!: Line[];
}

export class Order {
  @IsPublicId(Author) authorUuid!: string;
  @IsOptional() @IsPublicId(Licence) licenceUuid?: string | null;
  @IsOptional() @IsPublicId(Author, { each: true }) readerUuids?: string[];
  @IsString() @Length(1, 10) note!: string;
  @ObjectOf(() => Parcel) parcel!: Parcel;
}

/** Takes over the rules of another class, as @nestjs/mapped-types does. */
export class OrderChange extends PartialType(Order) {}

/** Inherits rules, and adds one. */
export class SpecialOrder extends Order {
  @IsPublicId(Book) sequelUuid!: string;
}

const echo = { type: 'object', properties: { body: { type: 'string' } } } as const;

/** Returns its input, as JSON in a string. */
@Controller('orders')
export class OrdersController {
  @Post()
  @ReturnsSchema(echo)
  create(@Body() order: Order) {
    return { body: JSON.stringify(order) };
  }

  @Post('change')
  @ReturnsSchema(echo)
  change(@Body() change: OrderChange) {
    return { body: JSON.stringify(change) };
  }

  @Post('special')
  @ReturnsSchema(echo)
  special(@Body() order: SpecialOrder) {
    return { body: JSON.stringify(order) };
  }
}
