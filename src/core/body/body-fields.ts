import { Type } from 'class-transformer';
import type { ValidationOptions } from 'class-validator';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import { applyDecorators } from '@nestjs/common';
import { definitionOf } from '../entity/dual-id-options.js';
import { parsePublicId } from '../ids/ids.js';

type EntityClass = abstract new (...args: never[]) => object;
type InputClass = new () => object;

/** A property of a body that carries public ids, or a nested input that may. */
export type BodyField =
  | {
      readonly kind: 'publicId';
      readonly property: string;
      readonly entity: EntityClass;
      readonly each: boolean;
    }
  | {
      readonly kind: 'nested';
      readonly property: string;
      readonly input: () => InputClass;
      readonly each: boolean;
      readonly min?: number;
      readonly max?: number;
    };

const bodyFieldsKey = Symbol('nest-dual-id:body-fields');

/**
 * The property is the public id of an entity, or with `each` a list of them. Its name ends in
 * `Uuid`. It is checked before authentication and before any other rule.
 */
export function IsPublicId(
  entity: EntityClass,
  options: ValidationOptions = {},
): PropertyDecorator {
  return (prototype, key) => {
    const property = String(key);
    addField(prototype, { kind: 'publicId', property, entity, each: options.each === true });
    registerDecorator({
      name: 'isPublicId',
      target: prototype.constructor,
      propertyName: property,
      options: { message: '$property must be a public id', ...options },
      validator: { validate: (value: unknown) => isPublicIdOf(entity, value) },
    });
  };
}

/** The property is a list of inputs of another class, `min` to `max` of them. */
export function ListOf(
  input: () => InputClass,
  bounds: { min: number; max: number },
): PropertyDecorator {
  const note: PropertyDecorator = (prototype, key) =>
    addField(prototype, { kind: 'nested', property: String(key), input, each: true, ...bounds });
  return applyDecorators(
    note,
    IsArray(),
    ArrayMinSize(bounds.min),
    ArrayMaxSize(bounds.max),
    ValidateNested({ each: true }),
    Type(input),
  );
}

/** The property is one input of another class. */
export function ObjectOf(input: () => InputClass): PropertyDecorator {
  const note: PropertyDecorator = (prototype, key) =>
    addField(prototype, { kind: 'nested', property: String(key), input, each: false });
  return applyDecorators(note, ValidateNested(), Type(input));
}

/** The declared fields of an input class, inherited ones included. */
export function bodyFieldsOf(input: InputClass): readonly BodyField[] {
  return (Reflect.getMetadata(bodyFieldsKey, input.prototype as object) ?? []) as BodyField[];
}

/** Tells whether a value is a public id this entity could have. */
export function isPublicIdOf(entity: EntityClass, value: unknown): boolean {
  return parsePublicId(value, definitionOf(entity)?.acceptUuidVersions ?? []) !== undefined;
}

function addField(prototype: object, field: BodyField): void {
  const known = (Reflect.getMetadata(bodyFieldsKey, prototype) ?? []) as BodyField[];
  Reflect.defineMetadata(bodyFieldsKey, [...known, field], prototype);
}
