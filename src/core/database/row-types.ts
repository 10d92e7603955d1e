import type { DataSource } from 'typeorm';
import { types } from 'pg';
import type { CustomTypesConfig } from 'pg';

/** Reads a value from the text in which PostgreSQL sends it. */
export type TextParser = (text: string) => unknown;

/** The type of instants. */
export const timestamptzOid: number = types.builtins.TIMESTAMPTZ;

/**
 * The driver's type parsers, with a faster one for instants that reads digits at fixed positions;
 * the driver's own, using regular expressions, takes four times as long. It replaces only a parser
 * that returns the same: an application may have set its own.
 */
export function rowTypes(driver: CustomTypesConfig = types): CustomTypesConfig {
  let known: TextParser | undefined;
  let instants: TextParser | undefined;
  const parserOf = (oid: number, format?: 'text' | 'binary'): TextParser => {
    const parser = (driver.getTypeParser as (oid: number, format?: string) => TextParser)(
      oid,
      format,
    );
    if (oid !== timestamptzOid || format === 'binary') return parser;
    if (parser !== known || !instants) {
      known = parser;
      instants = readsRowDates(parser) ? (text) => readWireInstant(text) ?? parser(text) : parser;
    }
    return instants;
  };
  return { getTypeParser: parserOf as CustomTypesConfig['getTypeParser'] };
}

/**
 * Reads `2026-01-31 23:59:59.123456+00`, cut to milliseconds as the driver does; undefined for
 * another offset, a year with more digits, an era or infinity.
 */
export function readWireInstant(text: string): Date | undefined {
  return readUtc(text, space, '+00');
}

/** The same for `2026-01-31T23:59:59.123456+00:00`, the format of an instant in JSON. */
export function readJsonInstant(text: string): Date | undefined {
  return readUtc(text, letterT, '+00:00');
}

function readUtc(text: string, separator: number, zone: string): Date | undefined {
  const end = text.length - zone.length;
  if (end < 19 || text.charCodeAt(4) !== minus || text.charCodeAt(10) !== separator) {
    return undefined;
  }
  if (!text.endsWith(zone)) return undefined;
  const year = two(text, 0) * 100 + two(text, 2);
  // Date.UTC takes a year below 100 as one of the last century.
  if (year < 100) return undefined;
  const [month, day] = [two(text, 5) - 1, two(text, 8)];
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)];
  return new Date(Date.UTC(year, month, day, hour, minute, second, readMilliseconds(text, end)));
}

function readMilliseconds(text: string, end: number): number {
  const digit = (at: number) => (at < end ? text.charCodeAt(at) - zero : 0);
  return digit(20) * 100 + digit(21) * 10 + digit(22);
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}

const [zero, minus, space, letterT] = [48, 45, 32, 84] as const;

function readsRowDates(parser: TextParser): boolean {
  return ['2001-02-03 04:05:06+00', '1999-12-31 23:59:59.987654+00'].every((text) => {
    const read = parser(text);
    return read instanceof Date && read.getTime() === readWireInstant(text)!.getTime();
  });
}

/** The type parsers that the application gave its data source. */
export function customTypesOf({ options }: DataSource): CustomTypesConfig | undefined {
  return (options as { extra?: { types?: CustomTypesConfig } }).extra?.types;
}
