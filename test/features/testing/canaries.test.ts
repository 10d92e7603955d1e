import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Canaries, TestDatabase } from 'nest-dual-id/testing';
import { plantCanaries } from 'nest-dual-id/testing';
import pg from 'pg';
import { freshDatabase } from '../../support/database.js';
import { urlAs } from '../../support/roles.js';

let database: TestDatabase;
let client: pg.Client;
let canaries: Canaries;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: urlAs('owner', database.url) });
  await client.connect();
  canaries = await plantCanaries(urlAs('owner', database.url));
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('planted canaries', () => {
  test('are the ids of rows written afterwards, in every table and in the registry', async () => {
    const user = await firstOf(
      `INSERT INTO users (first_name, last_name, email) VALUES ('A', 'B', 'a@example.org') RETURNING id`,
    );
    const aisle = await firstOf(`INSERT INTO aisles (name, slug) VALUES ('x', 'x') RETURNING id`);
    const passport = await firstOf('SELECT max(id) FROM dual_id.passports');
    expect(sourcesIn(`${user} ${aisle} ${passport}`).sort()).toEqual([
      'aisles.id',
      'dual_id.passports.id',
      'users.id',
    ]);
  });

  test('are in separate ranges', () => {
    const firsts = canaries.ranges.map(({ first }) => first);
    expect(new Set(firsts).size).toBe(firsts.length);
    const ordered = canaries.ranges.toSorted((a, b) => (a.first < b.first ? -1 : 1));
    ordered.slice(1).forEach(({ first }, at) => expect(first).toBeGreaterThan(ordered[at]!.end));
  });

  test('stay where they are when planted again', async () => {
    const again = await plantCanaries(urlAs('owner', database.url));
    expect(again.ranges).toEqual(canaries.ranges);
  });

  test('never move a sequence back', async () => {
    await client.query(`SELECT setval(pg_get_serial_sequence('orders', 'id'), 9000000000000000)`);
    const moved = await plantCanaries(urlAs('owner', database.url));
    const orders = moved.ranges.find(({ table }) => table === 'orders');
    expect(orders?.first).toBe(9_000_000_000_000_001n);
    expect(moved.find('order 9000000000000007')[0]?.source).toBe('orders.id');
  });
});

describe('a canary is recognized', () => {
  const id = () => canaries.ranges.find(({ table }) => table === 'users')!.first + 41n;
  const small = () => canaries.ranges.find(({ table }) => table === 'aisles')!.first + 3n;
  const bytes = (number: bigint, order: 'BE' | 'LE') => {
    const buffer = Buffer.alloc(8);
    if (order === 'BE') buffer.writeBigUInt64BE(number);
    else buffer.writeBigUInt64LE(number);
    return buffer;
  };
  const json = () => Buffer.from(JSON.stringify({ a: 'x', id: `${id()}` }));

  test.each<[string, () => string]>([
    ['as a number in JSON', () => `{"a":${id()}}`],
    ['inside a word', () => `user_${id()}_avatar.png`],
    ['inside a longer number', () => `30${id()}99`],
    ['inside a longer number after the point of a file', () => `v.30${id()}99`],
    ['as the fraction of a number', () => `0.${id()}`],
    ['in base64', () => Buffer.from(`${id()}`).toString('base64')],
    ['in base64 inside JSON inside a word', () => `cursor.${json().toString('base64url')}.x`],
    ['in base64 behind other letters', () => `ab${json().toString('base64')}`],
    ['in hex', () => Buffer.from(`${id()}`).toString('hex')],
    ['as eight bytes in base64url', () => bytes(id(), 'BE').toString('base64url')],
    ['as eight bytes in base64, low byte first', () => bytes(id(), 'LE').toString('base64')],
    ['as eight bytes in hex', () => bytes(id(), 'BE').toString('hex')],
    ['as eight bytes in hex, low byte first', () => bytes(id(), 'LE').toString('hex')],
    ['inside longer bytes', () => Buffer.concat([json(), bytes(id(), 'BE')]).toString('base64')],
    ['inside a UUID', () => `00000000-0000-4000-${uuidTail(bytes(id(), 'BE'))}`],
  ])('%s', (_name, text) => {
    expect(sourcesIn(text())).toEqual(['users.id']);
  });

  test('as a small number, but not inside a longer one', () => {
    expect(sourcesIn(`aisle ${small()}.`)).toEqual(['aisles.id']);
    expect(sourcesIn(Buffer.from(`${small()}`).toString('base64'))).toEqual(['aisles.id']);
    expect(sourcesIn(`1${small()}000`)).toEqual([]);
  });

  test('but not among the many digits of a measured fraction', () => {
    expect(sourcesIn(`seconds_sum 0.00${id()}99`)).toEqual([]);
  });

  test('and nothing else is: versions, prices, dates, times, UUIDs', () => {
    const now = Date.now();
    const text = `{"version":7,"price":"4.20","at":"${new Date().toISOString()}","ms":${now},
      "us":${now}000,"uuid":"0b8b2f6c-4f0e-4c55-9a43-190000000001","big":9223372036854775807}`;
    expect(sourcesIn(text)).toEqual([]);
  });
});

function sourcesIn(text: string): string[] {
  return canaries.find(text).map(({ source }) => source);
}

function uuidTail(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

async function firstOf(sql: string): Promise<unknown> {
  const { rows } = await client.query<Record<string, unknown>>(sql);
  return Object.values(rows[0]!)[0];
}
