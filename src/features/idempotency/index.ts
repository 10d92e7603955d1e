export { IdempotencyModule } from './idempotency.module.js';
export type { IdempotencyOptions, IdempotentOptions } from './idempotency.options.js';
export {
  grantIdempotency,
  installIdempotency,
  uninstallIdempotency,
} from './idempotency.schema.js';
export { Idempotent } from './idempotent.decorator.js';
