import { PartialType } from '@nestjs/mapped-types';
import { IsInt, IsOptional, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId } from 'nest-dual-id';
import { Author, Licence } from './library.entities.js';

export class CreateAuthor {
  @IsString()
  @Length(1, 100)
  name!: string;

  @IsString()
  @MaxLength(100)
  city!: string;

  @IsOptional()
  @IsString()
  @MaxLength(20)
  postalCode?: string | null;
}

export class CreateBook {
  @IsString()
  @Length(1, 200)
  title!: string;

  @IsPublicId(Author)
  authorUuid!: PublicId<Author>;

  @IsOptional()
  @IsPublicId(Author)
  editorUuid?: PublicId<Author> | null;

  @IsOptional()
  @IsPublicId(Licence)
  licenceUuid?: PublicId<Licence> | null;

  @IsOptional()
  @IsString()
  genre?: string | null;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  pages?: number;

  @IsOptional()
  @Matches(/^\d{1,10}(\.\d{1,2})?$/, { message: 'price must be a decimal such as 4.20' })
  price?: string | null;
}

/** Changes to a book; what is absent stays as it is. */
export class ChangeBook extends PartialType(CreateBook) {}
