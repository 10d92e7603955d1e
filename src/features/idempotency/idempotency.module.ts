import type { DynamicModule } from '@nestjs/common';
import { Global, Module } from '@nestjs/common';
import { featureCheck } from '../../core/module/feature-check.js';
import { ExpiredAnswers } from './expired-answers.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import type { IdempotencyOptions } from './idempotency.options.js';
import { IDEMPOTENCY_OPTIONS } from './idempotency.options.js';
import { IdempotentRoutes } from './idempotent-routes.js';
import { KeptAnswers } from './kept-answers.js';

const IdempotencyCheck = featureCheck({
  module: 'IdempotencyModule',
  tables: ['idempotency_keys'],
  install: 'installIdempotency',
  grant: 'grantIdempotency',
});

/** Enables `@Idempotent()` for the routes of the whole application. */
@Global()
@Module({})
export class IdempotencyModule {
  static forRoot(options: IdempotencyOptions = {}): DynamicModule {
    return {
      module: IdempotencyModule,
      providers: [
        IdempotencyCheck,
        KeptAnswers,
        ExpiredAnswers,
        IdempotentRoutes,
        IdempotencyInterceptor,
        { provide: IDEMPOTENCY_OPTIONS, useValue: options },
      ],
      exports: [KeptAnswers, IdempotencyInterceptor, IDEMPOTENCY_OPTIONS],
    };
  }
}
