import type { ArgumentMetadata } from '@nestjs/common';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { problem } from '../errors/problem.js';
import type { InputClass } from './body-fields.js';
import { rulesOf } from './body-fields.js';
import { mostErrors } from './body-inspection.js';
import { wordsOf } from './broken-rules.js';

/** Validates the query of a handler that takes it whole as a class with rules. */
export class QueryPipe extends ValidationPipe {
  constructor() {
    // The route refuses what it does not declare before, or is told to ignore it.
    super({ transform: true, whitelist: true, stopAtFirstError: true, exceptionFactory: refusal });
  }

  async read(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { data, metatype } = metadata;
    const isClass = data === undefined && typeof metatype === 'function';
    if (!isClass || rulesOf(metatype as InputClass).length === 0) return value;
    return this.transform(value, metadata);
  }
}

function refusal(errors: readonly ValidationError[]): Error {
  return problem('invalid_query', {
    errors: errors.slice(0, mostErrors).map(({ property, value, constraints = {} }) => ({
      parameter: property,
      detail: wordsOf(value, Object.values(constraints)[0] ?? 'is no valid value', property),
    })),
  });
}
