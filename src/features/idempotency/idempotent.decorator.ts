import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { Reads } from '../../core/http/route-description.js';
import { IdempotencyInterceptor, requestOptionsKey } from './idempotency.interceptor.js';
import type { IdempotentOptions } from './idempotency.options.js';

/**
 * The route accepts an `Idempotency-Key` header: a retry with the same key runs nothing again. With
 * a key, the handler runs inside a transaction, so that it cannot take a lease, or use an isolation
 * level other than the one declared here; without a key, the same rules apply.
 */
export function Idempotent(options: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(requestOptionsKey, options),
    UseInterceptors(IdempotencyInterceptor),
    Reads({
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'A key of your own; a retry with the same key gets the same response for 24 hours.',
      schema: {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        examples: ['4e7a1c52-b0d9-4f38-9c6e-2a85f7d3e610'],
      },
    }),
  ) as MethodDecorator;
}
