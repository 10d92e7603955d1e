import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { Reads } from '../../core/http/route-description.js';
import { IdempotencyInterceptor, requestOptionsKey } from './idempotency.interceptor.js';
import type { IdempotentOptions } from './idempotency.options.js';

/**
 * The route takes an `Idempotency-Key` header: a retry with the same key runs nothing again. With a
 * key the handler runs inside a transaction, so that it takes no lease, and no isolation beyond
 * what is declared here; without one it is held to the same.
 */
export function Idempotent(options: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(requestOptionsKey, options),
    UseInterceptors(IdempotencyInterceptor),
    Reads({
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A key of your own; a retry with it gets the same answer for 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  ) as MethodDecorator;
}
