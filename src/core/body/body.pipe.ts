import type { ArgumentMetadata } from '@nestjs/common';
import { Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { problem } from '../errors/problem.js';
import type { InputClass } from './body-fields.js';
import { bodyFieldsOf, rulesOf } from './body-fields.js';
import { brokenRules } from './broken-rules.js';
import { foreignReasonOf } from './foreign-payload.js';
import { QueryPipe } from './query.pipe.js';
import { fieldErrorsOf, RuleErrors } from './rule-errors.js';
import { readValid } from './valid-body.js';

/**
 * Validates bodies and queries with class-validator: refuses unknown properties, and gives each
 * error a pointer.
 */
@Injectable()
export class BodyPipe extends ValidationPipe {
  readonly #query = new QueryPipe();
  /** Another system may send more than declared. */
  readonly #foreign = new ValidationPipe({
    transform: true,
    whitelist: true,
    stopAtFirstError: true,
    exceptionFactory: ruleErrors,
  });

  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      exceptionFactory: ruleErrors,
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'query') return this.#query.read(value, metadata);
    if (metadata.type !== 'body' || !hasRules(metadata.metatype)) return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw problem('invalid_body', { errors: [{ pointer: '', detail: 'must be a JSON object' }] });
    }
    const metatype = metadata.metatype as InputClass | undefined;
    const valid = metatype && readValid(metatype, value);
    const input = valid ?? (await this.#judge(value, metadata, metatype));
    lowerPublicIds(input);
    return input;
  }

  /** Refuses a body that breaks a rule, and asks class-validator where that is uncertain. */
  async #judge(
    body: object,
    metadata: ArgumentMetadata,
    input: InputClass | undefined,
  ): Promise<object> {
    const errors = input ? brokenRules(input, body) : [];
    if (errors.length > 0) throw problem('invalid_body', { errors });
    try {
      const isForeign = input !== undefined && foreignReasonOf(input) !== undefined;
      const made: unknown = await (isForeign
        ? this.#foreign.transform(body, metadata)
        : super.transform(body, metadata));
      return made as object;
    } catch (error) {
      if (!(error instanceof RuleErrors)) throw error;
      throw problem('invalid_body', { errors: fieldErrorsOf(error.errors, body, input) });
    }
  }
}

const hasRulesByClass = new WeakMap<object, boolean>();

/**
 * Whether a class has rules. The boot check ensures that every route body does; Nest also treats
 * the payload of a message as a body, and that may be anything.
 */
function hasRules(metatype: unknown): boolean {
  if (typeof metatype !== 'function') return false;
  const found = hasRulesByClass.get(metatype) ?? rulesOf(metatype as InputClass).length > 0;
  hasRulesByClass.set(metatype, found);
  return found;
}

function ruleErrors(errors: ValidationError[]): Error {
  return new RuleErrors(errors);
}

/** UUIDs are accepted in either case and stored in lower case. */
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
