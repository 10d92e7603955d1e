import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { Reads } from '../../core/http/route-description.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** The route takes an `Idempotency-Key` header: a retry with the same key runs nothing again. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    Reads({
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A key of your own; a retry with it gets the same answer for 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  ) as MethodDecorator;
}
