import { PartialType } from '@nestjs/mapped-types';
import { describe, expect, test } from '@jest/globals';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsPositive,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { IsPublicId, ListOf, ObjectOf } from 'nest-dual-id';
import { inputSchema } from '../../../src/core/openapi/input-schema.js';
import { Author } from '../../support/library/library.entities.js';

class Part {
  @IsPublicId(Author) authorUuid!: string;
}

class Base {
  @IsString() @Length(1, 5) inherited!: string;
}

class Input extends Base {
  @IsInt() @Min(1) @Max(9) count!: number;
  @IsNumber() @IsPositive() ratio!: number;
  @IsBoolean() flag!: boolean;
  @IsString() @MinLength(2) note!: string;
  @IsNotEmpty() word!: string;
  @IsEmail() email!: string;
  @Matches(/^[a-z]+$/) code!: string;
  @Matches(/^[a-z]+$/i) anyCase!: string;
  @IsIn(['a', 'b']) choice!: string;
  @IsEnum({ one: 'ONE', two: 'TWO' }) kind!: string;
  @IsPublicId(Author) authorUuid!: string;
  @IsPublicId(Author, { each: true }) @IsArray() readerUuids!: string[];
  @IsInt({ each: true }) @Min(0, { each: true }) @ArrayMaxSize(4) @ArrayUnique() sizes!: number[];
  @ListOf(() => Part, { min: 1, max: 2 }) parts!: Part[];
  @ObjectOf(() => Part) part!: Part;
  @IsOptional() @IsInt() perhaps?: number | null;
  @IsOptional() @ObjectOf(() => Part) perhapsPart?: Part | null;
  @ValidateIf((_, value) => value !== undefined) @IsString() absent?: string;
}

class Chain {
  @IsOptional() @ObjectOf(() => Chain) next?: unknown;
}

class Change extends PartialType(Part) {}

const part = {
  title: 'Part',
  type: 'object',
  properties: { authorUuid: { type: 'string', format: 'uuid' } },
  required: ['authorUuid'],
  additionalProperties: false,
};

describe('the schema of an input', () => {
  const { properties, required, ...rest } = inputSchema(Input);

  test('is closed and has the name of the class', () => {
    expect(rest).toEqual({ title: 'Input', type: 'object', additionalProperties: false });
  });

  test('describes the rules of every property', () => {
    expect(properties).toEqual({
      inherited: { type: 'string', minLength: 1, maxLength: 5 },
      count: { type: 'integer', minimum: 1, maximum: 9 },
      ratio: { type: 'number', exclusiveMinimum: 0 },
      flag: { type: 'boolean' },
      note: { type: 'string', minLength: 2 },
      word: { type: 'string', minLength: 1 },
      email: { type: 'string', format: 'email' },
      code: { type: 'string', pattern: '^[a-z]+$' },
      anyCase: { type: 'string' },
      choice: { type: 'string', enum: ['a', 'b'] },
      kind: { type: 'string', enum: ['ONE', 'TWO'] },
      authorUuid: { type: 'string', format: 'uuid' },
      readerUuids: { type: 'array', items: { type: 'string', format: 'uuid' } },
      sizes: {
        type: 'array',
        items: { type: 'integer', minimum: 0 },
        maxItems: 4,
        uniqueItems: true,
      },
      parts: { type: 'array', items: part, minItems: 1, maxItems: 2 },
      part,
      perhaps: { type: ['integer', 'null'] },
      perhapsPart: { ...part, type: ['object', 'null'] },
      absent: { type: 'string' },
    });
  });

  test('requires what no rule makes optional', () => {
    const optional = ['perhaps', 'perhapsPart', 'absent'];
    const wanted = Object.keys(properties!).filter((name) => !optional.includes(name));
    expect([...required!].toSorted()).toEqual(wanted.toSorted());
  });

  test('of a class that takes over another one has its rules', () => {
    expect(inputSchema(Change)).toEqual({
      title: 'Change',
      type: 'object',
      properties: { authorUuid: { type: ['string', 'null'], format: 'uuid' } },
      additionalProperties: false,
    });
  });

  test('of a class that nests itself refers to itself', () => {
    const { next } = inputSchema(Chain).properties!;
    expect(next).toEqual({ anyOf: [{ $ref: '#/components/schemas/Chain' }, { type: 'null' }] });
  });
});
