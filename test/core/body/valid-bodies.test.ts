import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { Exclude, Transform, Type } from 'class-transformer';
import {
  ArrayUnique,
  IsBoolean,
  IsDate,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ListOf, ObjectOf } from 'nest-dual-id';
import { BodyPipe } from '../../../src/core/body/body.pipe.js';
import { readValid } from '../../../src/core/body/valid-body.js';

class Line {
  @IsString() @MaxLength(5) name!: string;
  @IsInt() @Max(9) quantity!: number;
}

class Parcel {
  @IsString({ each: true }) tags!: string[];
  @ListOf(() => Line, { min: 1, max: 3 }) @ArrayUnique((line: Line) => line.name) lines!: Line[];
  @IsOptional() @ObjectOf(() => Line) extra?: Line | null;
  @ValidateIf((parcel: Parcel) => parcel.gift === true) @IsString() card?: string;
  @IsOptional() @IsBoolean() gift?: boolean;
  @IsIn(['slow', 'fast']) way = 'slow';
}

class Fast extends Parcel {
  @IsInt() hours!: number;
}

const line = { name: 'one', quantity: 1 };
const parcel = { tags: ['a', 'b'], lines: [line, { name: 'two', quantity: 2 }] };

const pipe = new BodyPipe();
const slowly = async (input: new () => object, body: object): Promise<unknown> => {
  try {
    const whole = Object.getPrototypeOf(BodyPipe.prototype) as typeof pipe;
    return await whole.transform.call(pipe, structuredClone(body), {
      type: 'body',
      metatype: input,
    });
  } catch {
    return undefined;
  }
};

describe('a body that is read quickly', () => {
  test.each<[string, new () => object, object]>([
    ['the least', Parcel, parcel],
    ['with everything', Parcel, { ...parcel, extra: line, gift: true, card: 'x', way: 'fast' }],
    ['with nulls where they may be', Parcel, { ...parcel, extra: null, gift: null }],
    ['of a class that inherits', Fast, { ...parcel, hours: 3 }],
  ])('becomes what class-validator makes of it: %s', async (_what, input, body) => {
    const made = readValid(input, body);
    expect(made).toBeInstanceOf(input);
    expect(made).toEqual(await slowly(input, body));
    expect(made).toStrictEqual(await slowly(input, body));
  });

  test.each<[string, object]>([
    ['an unknown property', { ...parcel, more: 1 }],
    ['an unknown property inside', { ...parcel, lines: [{ ...line, more: 1 }] }],
    ['a missing property', { lines: [line] }],
    ['a wrong part of a list', { ...parcel, tags: ['a', 1] }],
    ['too long a text inside', { ...parcel, lines: [{ ...line, name: 'longer' }] }],
    ['the same line twice', { ...parcel, lines: [line, line] }],
    ['no lines', { ...parcel, lines: [] }],
    ['null for lines', { ...parcel, lines: null }],
    ['an object for lines', { ...parcel, lines: { 0: line } }],
    ['a list within the lines', { ...parcel, lines: [[line]] }],
    ['a condition that is met', { ...parcel, gift: true }],
    ['a value outside the choice', { ...parcel, way: 'none' }],
    ['null for a value with a default', { ...parcel, way: null }],
  ])(
    'satisfies every rule: %s is left to class-validator, which refuses it',
    async (_what, body) => {
      expect(readValid(Parcel, body)).toBeUndefined();
      expect(await slowly(Parcel, body)).toBeUndefined();
    },
  );
});

class Trimmed {
  @Transform(({ value }: { value: string }) => value.trim()) @IsString() name!: string;
}
class Dated {
  @Type(() => Date) @IsDate() at!: Date;
}
class Hiding {
  @IsString() name!: string;
  @IsOptional() @IsString() @Exclude() secret?: string;
}
class Undeclared {
  @ValidateNested() @Type(() => Line) line!: Line;
}
class Open {
  @IsObject() settings!: object;
}
function LaterTrue(prototype: object, propertyName: string): void {
  const validator = { validate: () => Promise.resolve(true) };
  registerDecorator({ name: 'later', target: prototype.constructor, propertyName, validator });
}
class Later {
  @LaterTrue name!: string;
}

describe('an input that does more than its rules declare', () => {
  test.each<[string, new () => object, object]>([
    ['transforms a value', Trimmed, { name: ' x ' }],
    ['makes a date', Dated, { at: '2026-01-01T00:00:00Z' }],
    ['hides a property', Hiding, { name: 'x', secret: 'y' }],
    ['nests without a declaration', Undeclared, { line }],
    ['takes any object', Open, { settings: { deep: { deeper: 1 } } }],
    ['asks a rule that answers later', Later, { name: 'x' }],
  ])('is left to class-validator: one that %s', async (_what, input, body) => {
    expect(readValid(input, body)).toBeUndefined();
    expect(await pipe.transform(body, { type: 'body', metatype: input })).toEqual(
      await slowly(input, body),
    );
  });
});
