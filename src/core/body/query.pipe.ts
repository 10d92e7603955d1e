import type { ArgumentMetadata } from '@nestjs/common';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { problem } from '../errors/problem.js';
import type { InputClass } from './body-fields.js';
import { rulesOf } from './body-fields.js';
import { maxErrors } from './body-inspection.js';
import { ruleWords } from './broken-rules.js';

/** Validates the query of a handler that takes it whole as a class with rules. */
export class QueryPipe extends ValidationPipe {
  constructor() {
    // The route has already refused undeclared parameters, or is configured to ignore them.
    super({
      transform: true,
      whitelist: true,
      stopAtFirstError: true,
      exceptionFactory: queryRefusal,
    });
  }

  async read(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { data, metatype } = metadata;
    const isClass = data === undefined && typeof metatype === 'function';
    if (!isClass || rulesOf(metatype as InputClass).length === 0) return value;
    return this.transform(value, metadata);
  }
}

function queryRefusal(errors: readonly ValidationError[]): Error {
  return problem('invalid_query', {
    errors: errors.slice(0, maxErrors).map(({ property, value, constraints = {} }) => ({
      parameter: property,
      detail: ruleWords(value, Object.values(constraints)[0] ?? 'is not a valid value', property),
    })),
  });
}
