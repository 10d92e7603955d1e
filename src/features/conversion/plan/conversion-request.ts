import type { ConversionKind } from './conversion-plan.js';

/** What a conversion shall do. */
export interface ConversionRequest {
  /** The table, as `orders`, `sales.orders` or `"Order"`. */
  readonly table: string;
  readonly kind: ConversionKind;
  /** The name of the new uuid column. Default `uuid`. */
  readonly uuidColumn?: string;
  /** The name of the new bigint column of `add-bigint`. Default `internal_id`. */
  readonly idColumn?: string;
  /**
   * The column that tells when a row was made: ids of `add-bigint` follow its order, UUIDs of
   * `uuid-key` carry its time. By default `created_at` or `createdAt`, if there is one.
   */
  readonly createdAt?: string;
  /** The registry of `add-master-uuid`. Default: what `master_id` refers to, or the passports. */
  readonly registry?: string;
  /** The column of `add-master-uuid` with the bigint id. Default `master_id`. */
  readonly masterColumn?: string;
}
