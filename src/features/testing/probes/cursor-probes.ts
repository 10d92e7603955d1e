import { randomBytes } from 'node:crypto';
import { isPage, describesUuid, parametersIn } from '../crawl/api-description.js';
import type { CrawlProbe } from '../crawl/exchange.js';
import { expectRefused } from '../crawl/expectations.js';
import type { Cursor } from '../crawl/good-queries.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';
import { namedThing } from '../crawl/named-thing.js';

const unusable = expectRefused('invalid_cursor');

/** Forged, damaged and foreign cursors on a route that returns pages. */
export function cursorProbes(ground: Ground): readonly CrawlProbe[] {
  if (!isPage(ground.operation)) return [];
  const send = (name: string, after: string, rest = '') =>
    attack(ground, name, {
      query: `after=${encodeURIComponent(after)}${rest}`,
      expected: unusable,
    });
  const own = ground.cursors.find((cursor) => isOf(cursor, ground));
  return [
    ...forged(ground.ids).map((cursor) => send('forged-cursor', cursor)),
    ...(own ? damaged(own.cursor).map((cursor) => send('damaged-cursor', cursor)) : []),
    ...(own ? otherQuestions(ground).map((rest) => send('foreign-cursor', own.cursor, rest)) : []),
    ...ground.cursors
      .filter((cursor) => !isOf(cursor, ground))
      .map(({ cursor }) => send('foreign-cursor', cursor)),
  ];
}

/** A cursor belongs to its route and, on a nested one, to its parents. */
function isOf(cursor: Cursor, { operation, params }: Ground): boolean {
  const isSameParent = Object.entries(cursor.params).every(
    ([name, value]) => params[name] === value,
  );
  return cursor.operation.key === operation.key && isSameParent;
}

function forged(ids: readonly string[]): readonly string[] {
  const json = [{ id: 42 }, [`${ids[0] ?? 42}`], ['2026-01-01T00:00:00Z', '1']];
  return [
    '',
    '42',
    'null',
    randomBytes(64).toString('base64url'),
    ...json.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
    'A'.repeat(4_000),
    'ÿ',
  ];
}

/** Every part of a cursor counts: nonce, content, seal and format. */
function damaged(cursor: string): readonly string[] {
  const flipped = (at: number) => {
    const bytes = Buffer.from(cursor, 'base64url');
    bytes[at] = bytes[at]! ^ 1;
    return bytes.toString('base64url');
  };
  const length = Buffer.from(cursor, 'base64url').length;
  return [
    ...[0, 12, Math.floor(length / 2), length - 17, length - 1].map(flipped),
    cursor.slice(0, -1),
    cursor.slice(0, -8),
    cursor.slice(1),
    `${cursor}A`,
    `${cursor}=`,
    ` ${cursor}`,
    `${cursor}${cursor}`,
  ];
}

/** Different orders and filters from those the cursor was given for. */
function otherQuestions({ operation, harvest }: Ground): readonly string[] {
  return parametersIn(operation, 'query').flatMap(({ name, schema }) => {
    if (name === 'after' || name === 'limit') return [];
    const values = schema.enum?.filter((value) => value !== schema.default).map(String) ?? [
      ...harvest.addressesOf(namedThing(name)),
      ...harvest.valuesOf(name),
      ...(describesUuid(schema) || schema.type !== 'string' || schema.format ? [] : ['text']),
    ];
    return values.slice(0, 3).map((value) => `&${name}=${encodeURIComponent(value)}`);
  });
}
