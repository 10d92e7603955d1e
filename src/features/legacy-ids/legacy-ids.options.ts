import type { CanActivate, Type } from '@nestjs/common';
import type { EntityClass } from '../../core/definition/entity-class.js';

/** An entity whose old numbers clients still send. */
export interface LegacyEntityOptions {
  readonly entity: EntityClass;
  /**
   * The column that keeps the old numbers, as the database names it: whole numbers, unique, or null
   * for rows that never had one. By default the internal id, which a conversion leaves as it was.
   */
  readonly column?: string;
  /**
   * The highest number that clients may know, such as the last one before the conversion; higher
   * ones stand for no row. Without it, the numbers of all rows are accepted.
   */
  readonly upTo?: string;
}

/** The route `POST /legacy-ids/exchange`. */
export interface LegacyExchangeOptions {
  /** Who may call it: callers with a permission, or whom guards of the application let in. */
  readonly api:
    | { readonly permission: string }
    | { readonly guards: readonly [Type<CanActivate>, ...Type<CanActivate>[]] };
  /**
   * With this permission too, callers exchange numbers of all owners; others only of their own
   * rows. Guards of the application decide for themselves.
   */
  readonly allRowsPermission?: string;
  /** The maximum of numbers in a request, up to 1,000. Default 500. */
  readonly maxNumbers?: number;
  /** The maximum of numbers that a caller may exchange on an instance in a minute. Default 10,000. */
  readonly numbersPerMinute?: number;
}

/** Options of `LegacyIdsModule.forRoot`. */
export interface LegacyIdsOptions {
  /** The entities whose old numbers are accepted, by the name that clients exchange them under. */
  readonly entities: Readonly<Record<string, EntityClass | LegacyEntityOptions>>;
  /** When sending old numbers was deprecated: a `Date`, or a time like 2027-01-31T09:30:00Z. */
  readonly deprecatedAt: Date | string;
  /** When old numbers are refused again, in whole seconds, later than `deprecatedAt`. */
  readonly until: Date | string;
  /** The address of a page that tells clients how to move. */
  readonly docs: string;
  /** Enables the route that exchanges many numbers at once. Without it there is none. */
  readonly exchange?: LegacyExchangeOptions;
}

/** Options of `@AcceptsLegacyIds()`. */
export interface AcceptsLegacyIdsOptions {
  /** When this route refuses old numbers again, if that is earlier than for the others. */
  readonly until?: Date | string;
  /** Parameters of the query that accept old numbers as well. None by default. */
  readonly query?: readonly string[];
  /**
   * Properties of the body that accept them, such as `customerUuid`, or `items.productUuid` in an
   * object or a list of them. None by default.
   */
  readonly body?: readonly string[];
}
