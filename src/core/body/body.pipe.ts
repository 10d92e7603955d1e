import type { ArgumentMetadata } from '@nestjs/common';
import { Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import type { InputClass } from './body-fields.js';
import { bodyFieldsOf } from './body-fields.js';
import { mostErrors } from './body-guard.js';
import { escapePointer } from './body-inspection.js';
import { readValid } from './valid-body.js';

/** Validates bodies with class-validator: unknown properties are refused, each failure points. */
@Injectable()
export class BodyPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      exceptionFactory: (errors: ValidationError[]) =>
        problem('invalid_body', {
          errors: errors.flatMap((error) => fieldErrors(error, '')).slice(0, mostErrors),
        }),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body') return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw problem('invalid_body', { errors: [{ pointer: '', detail: 'must be a JSON object' }] });
    }
    const { metatype } = metadata;
    const valid = metatype && readValid(metatype as InputClass, value);
    const input = valid ?? ((await super.transform(value, metadata)) as object);
    lowerPublicIds(input);
    return input;
  }
}

/** UUIDs are accepted in either case and lower-case inside. */
function lowerPublicIds(input: object): void {
  const record = input as Record<string, unknown>;
  for (const field of bodyFieldsOf(input.constructor as new () => object)) {
    const value = record[field.property];
    if (field.kind === 'nested') {
      for (const part of [value].flat()) if (part) lowerPublicIds(part as object);
    } else if (typeof value === 'string') {
      record[field.property] = value.toLowerCase();
    } else if (Array.isArray(value)) {
      record[field.property] = value.map((id) => String(id).toLowerCase());
    }
  }
}

function fieldErrors(
  { property, constraints, children }: ValidationError,
  path: string,
): FieldError[] {
  const pointer = `${path}/${escapePointer(property)}`;
  const inner = (children ?? []).flatMap((child) => fieldErrors(child, pointer));
  const [first] = Object.entries(constraints ?? {});
  if (!first) return inner;
  const [rule, message] = first;
  const isUnknown = rule === 'whitelistValidation';
  const detail = isUnknown ? 'is not a property of this body' : sentence(message, property);
  return [{ pointer, detail }, ...inner];
}

/** class-validator says "name must be a string"; the pointer says the name already. */
function sentence(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
