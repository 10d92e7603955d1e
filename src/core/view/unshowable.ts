import { Logger } from '@nestjs/common';
import { problem } from '../errors/problem.js';
import { DualIdError } from '../errors/dual-id-error.js';

/** Stands for a value that the schema of its field does not describe. */
export const unshowable: unique symbol = Symbol('nest-dual-id:unshowable');

/** The field of a view, and the column it reads. */
export interface FieldPlace {
  /** `OrderView.settings`. */
  readonly field: string;
  /** The path of the property it reads. */
  readonly path: string;
  /** What it reads, as the log names it. */
  readonly source: string;
  /** Whether its schema has null. */
  readonly isNullable: boolean;
}

/** What becomes of an unshowable value: null in its place, or an error. */
export type Refuse = (place: FieldPlace) => null;

/** The value is what was asked for: the request fails, and the log says which column of which row. */
export function refuseIn(address: unknown): Refuse {
  return (place) => {
    throw problem('internal', { cause: new UnshowableValue(place, address) });
  };
}

/**
 * The value belongs to one of several rows, or to a row that another one shows. It is null where
 * the schema has null, so that one bad row harms no other, and the log tells of it.
 */
export function showNullIn(address: unknown): Refuse {
  const refuse = refuseIn(address);
  return (place) => {
    if (!place.isNullable) return refuse(place);
    report(place, address);
    return null;
  };
}

/** The field whose value a view could not show, if that is what an error is about. */
export function placeOfUnshowable(error: unknown): FieldPlace | undefined {
  const cause = error instanceof DualIdError ? error.details.cause : undefined;
  return cause instanceof UnshowableValue ? cause.place : undefined;
}

class UnshowableValue extends Error {
  constructor(
    readonly place: FieldPlace,
    address: unknown,
  ) {
    super(sentence(place, address));
  }
}

function sentence({ field, source }: FieldPlace, address: unknown): string {
  const row = typeof address === 'string' ? ` in ${address}` : '';
  return `${field} reads a value of ${source} that its schema does not describe${row}.`;
}

/** Milliseconds between two lines about one field: a page may be read very often. */
const pause = 60_000;
const reportedAt = new Map<string, number>();

function report(place: FieldPlace, address: unknown): void {
  const now = performance.now();
  if (now - (reportedAt.get(place.field) ?? -Infinity) < pause) return;
  reportedAt.set(place.field, now);
  new Logger('DualId').error(`${sentence(place, address)} It is shown as null among others.`);
}
