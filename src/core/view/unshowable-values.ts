import { Logger } from '@nestjs/common';
import { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';

/** The field of a view, and the column it reads. */
export interface FieldPlace {
  /** `OrderView.settings`. */
  readonly field: string;
  /** The path of the property it reads. */
  readonly path: string;
  /** What it reads, in the words of the log. */
  readonly source: string;
  /** Whether its schema allows null. */
  readonly isNullable: boolean;
}

/** How an unshowable value is handled: as null, or with an error. */
export type RefuseShown = (place: FieldPlace) => null;

/** The value was requested directly: the request fails, and the log names the column and row. */
export function refuseIn(address: unknown): RefuseShown {
  return (place) => {
    throw problem('internal', { cause: new UnshowableValue(place, address) });
  };
}

/**
 * The value belongs to one of several rows, or to a row shown in another. It is null if the schema
 * allows, so that one bad row does not affect others, and it is logged.
 */
export function showNullIn(address: unknown): RefuseShown {
  const refuse = refuseIn(address);
  return (place) => {
    if (!place.isNullable) return refuse(place);
    reportUnshowable(place, address);
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
    super(unshowableSentence(place, address));
  }
}

function unshowableSentence({ field, source }: FieldPlace, address: unknown): string {
  const row = typeof address === 'string' ? ` in ${address}` : '';
  return `${field} reads a value of ${source} that does not match its schema${row}.`;
}

/** Milliseconds between two lines about one field: a page may be read very often. */
const reportInterval = 60_000;
const reportedAt = new Map<string, number>();

function reportUnshowable(place: FieldPlace, address: unknown): void {
  const now = performance.now();
  if (now - (reportedAt.get(place.field) ?? -Infinity) < reportInterval) return;
  reportedAt.set(place.field, now);
  new Logger('DualId').error(
    `${unshowableSentence(place, address)} It is shown as null among others.`,
  );
}
