import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import type { ValidationOptions } from 'class-validator';
import {
  ArrayMaxSize,
  ArrayMinSize,
  getMetadataStorage,
  IsArray,
  registerDecorator,
  ValidateNested,
} from 'class-validator';
import { definitionOf } from '../definition/entity-definition.js';
import { parsePublicId } from '../ids/ids.js';
import type { EntityClass } from '../definition/entity-class.js';
import { isRecord } from '../values/record.js';

/** A class whose instances are bodies. */
export type InputClass = new () => object;

/** One class-validator rule as stored for a class. */
export type Rule = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];

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

/** A property of a body that is one nested input, or a list of them. */
export type NestedInput = Extract<BodyField, { kind: 'nested' }>;

const publicIdRule = 'isPublicId';
const nestedRule = 'isInput';

/**
 * The property is the public id of an entity, or with `each` a list of them. Its name ends in
 * `Uuid`. It is checked before authentication and before any other rule.
 */
export function IsPublicId(
  entity: EntityClass,
  options: ValidationOptions = {},
): PropertyDecorator {
  return (prototype, key) => {
    registerDecorator({
      name: publicIdRule,
      target: prototype.constructor,
      propertyName: String(key),
      constraints: [entity],
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
  return applyDecorators(
    IsArray(),
    ArrayMinSize(bounds.min),
    ArrayMaxSize(bounds.max),
    isInput({ input, each: true, ...bounds }),
    ValidateNested({ each: true }),
    Type(input),
  );
}

/** The property is one input of another class. */
export function ObjectOf(input: () => InputClass): PropertyDecorator {
  return applyDecorators(isInput({ input, each: false }), ValidateNested(), Type(input));
}

/**
 * The declared fields of an input class. They are stored as class-validator rules, so that what a
 * class inherits, or takes over with `PartialType`, is as protected as what it declares.
 */
export function bodyFieldsOf(input: InputClass): readonly BodyField[] {
  const known = fieldsOfClass.get(input);
  if (known) return known;
  const fields = new Map(
    rulesOf(input)
      .flatMap(fieldOf)
      .map((field) => [field.property, field]),
  );
  fieldsOfClass.set(input, [...fields.values()]);
  return [...fields.values()];
}

/** Every rule of an input class, inherited ones included. */
export function rulesOf(input: InputClass): readonly Rule[] {
  return getMetadataStorage().getTargetValidationMetadatas(input, '', false, false);
}

/** Whether a value is a possible public id of this entity. */
export function isPublicIdOf(entity: EntityClass, value: unknown): boolean {
  return parsePublicId(value, definitionOf(entity)?.acceptUuidVersions ?? []) !== undefined;
}

const fieldsOfClass = new WeakMap<InputClass, readonly BodyField[]>();

function fieldOf({ name, propertyName, constraints = [], each }: Rule): BodyField[] {
  const property = propertyName;
  if (name === publicIdRule) {
    const entity = constraints[0] as EntityClass;
    return [{ kind: 'publicId', property, entity, each: Boolean(each) }];
  }
  const nested = constraints[0] as Omit<NestedInput, 'kind' | 'property'>;
  return name === nestedRule ? [{ kind: 'nested', property, ...nested }] : [];
}

/** `ValidateNested` takes a list for an object, and lists within lists, and checks neither. */
function isInput(nested: Omit<NestedInput, 'kind' | 'property'>): PropertyDecorator {
  const message = nested.each
    ? 'each value in $property must be an object'
    : '$property must be an object';
  return (prototype, key) => {
    registerDecorator({
      name: nestedRule,
      target: prototype.constructor,
      propertyName: String(key),
      constraints: [nested],
      options: { message, each: nested.each },
      validator: { validate: isRecord },
    });
  };
}
