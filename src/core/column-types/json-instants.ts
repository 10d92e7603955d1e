import { types } from 'pg';
import { readJsonInstant, TextParser, timestamptzOid } from '../database/row-types.js';

/**
 * A reader of instants in their JSON format. It returns what the driver's parser of the type
 * returns, so that an application's own parser applies to views as well.
 */
export function jsonInstants(oid: number): TextParser {
  let known: TextParser | undefined;
  let isStandard = false;
  const fast = oid === timestamptzOid ? readJsonInstant : () => undefined;
  return (text) => {
    const parser = types.getTypeParser(oid) as TextParser;
    if (parser !== known) {
      known = parser;
      isStandard = readsJsonDates(parser, oid === timestamptzOid ? '+00:00' : '');
    }
    const read = isStandard ? (fast(text) ?? readAny(text)) : undefined;
    return read ?? parser(text.replace('T', ' '));
  };
}

const jsonInstant =
  /^(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?( BC)?$/;

/** Reads every year and offset; the driver takes 29 February of the years 0 to 99 for 1 March. */
function readAny(text: string): Date | undefined {
  const parts = jsonInstant.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hours, minutes, seconds] = parts.map(Number);
  const [, , , , , , , fraction = '', sign, ...rest] = parts;
  const [zoneHours, zoneMinutes, zoneSeconds] = rest.slice(0, 3).map((part) => Number(part ?? 0));
  const counted = rest[3] ? 1 - year! : year!;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const read = new Date(0);
  if (sign === undefined) {
    read.setFullYear(counted, month! - 1, day!);
    read.setHours(hours!, minutes, seconds, milliseconds);
    return read;
  }
  read.setUTCFullYear(counted, month! - 1, day!);
  read.setUTCHours(hours!, minutes, seconds, milliseconds);
  const offset = zoneHours! * 3600 + zoneMinutes! * 60 + zoneSeconds!;
  return new Date(read.getTime() - (sign === '-' ? -offset : offset) * 1000);
}

/** Whether a parser returns the same as the driver's own. */
function readsJsonDates(parser: TextParser, zone: string): boolean {
  return ['2001-02-03T04:05:06', '1999-12-31T23:59:59.987654'].every((sample) => {
    const read = parser(`${sample.replace('T', ' ')}${zone}`);
    return read instanceof Date && read.getTime() === readAny(sample + zone)!.getTime();
  });
}
