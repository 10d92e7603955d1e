import { Column } from 'typeorm';

declare const fencingBrand: unique symbol;

/**
 * A lease's number as a decimal string, because it may exceed 2^53. A lease taken later has a
 * higher number, whatever was released or restarted in between.
 */
export type FencingToken = string & { readonly [fencingBrand]: true };

/**
 * Maps the column that `addFencing` adds to a table: `@LeaseToken() leaseToken!: string | null`.
 */
export function LeaseToken(): PropertyDecorator {
  return Column({
    type: 'bigint',
    name: 'lease_token',
    nullable: true,
    insert: false,
    update: false,
    select: false,
  });
}
