import { Controller, Get, Inject } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, PageRequest } from 'nest-dual-id';
import { Field, PageOf, Repositories, ReturnsPage, View } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { Specimen, specimenEntities } from '../../support/specimen/specimen.entities.js';
import { makeSpecimens } from '../../support/specimen/specimen.tables.js';

const plain = [
  'small',
  'whole',
  'count',
  'amount',
  'ratio',
  'precise',
  'flag',
  'note',
  'code',
  'letters',
  'nick',
  'ticket',
  'seenAt',
  'localAt',
  'seenOn',
  'opens',
  'closes',
  'span',
  'host',
  'net',
  'cut',
  'grade',
];
const ranges = {
  wholeFrom: { path: 'whole', operator: '>=' },
  wholeAfter: { path: 'whole', operator: '>' },
  wholeTo: { path: 'whole', operator: '<=' },
  wholeBefore: { path: 'whole', operator: '<' },
  seenFrom: { path: 'seenAt', operator: '>=' },
  seenAfter: { path: 'seenAt', operator: '>' },
  seenTo: { path: 'seenAt', operator: '<=' },
  seenBefore: { path: 'seenAt', operator: '<' },
  seenOnTo: { path: 'seenOn', operator: '<=' },
} as const;

@View(Specimen, {
  filters: { ...Object.fromEntries(plain.map((name) => [name, name])), ...ranges },
})
class Found {
  @Field() uuid!: string;
}

@Controller('specimens')
class SpecimensController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get()
  @ReturnsPage(Found)
  list(@PageOf(Found) page: PageRequest): Promise<Page<Found>> {
    return this.repositories.of(Specimen).page(Found, page);
  }
}

let museum: Library;
let api: Api;
beforeAll(async () => {
  museum = await openLibrary({}, specimenEntities, makeSpecimens);
  const controllers = [SpecimensController];
  api = await startApi({ url: museum.url, entities: specimenEntities, controllers });
});
afterAll(async () => {
  await api.close();
  await museum.close();
});

const utc = (text: string) => encodeURIComponent(text);

describe('a filter', () => {
  test.each([
    ['small', '-32768'],
    ['whole', '2147483647'],
    ['count', '9007199254740993'],
    ['amount', '12345678901234567890.123456789'],
    ['ratio', '0.1'],
    ['flag', 'false'],
    ['code', 'abc'],
    ['letters', 'ab'],
    ['nick', 'nICK'],
    ['ticket', '0B8B2F6C-4F0E-4C55-9A43-5D0F3F3A1C9E'],
    ['seenAt', utc('2026-01-15T09:30:00.123456+02:00')],
    ['localAt', new Date('2026-01-15T09:30:00.900').toISOString()],
    ['seenOn', '0099-12-31'],
    ['cut', 'cut'],
    ['grade', '2'],
    ['wholeFrom', '2147483647'],
    ['wholeAfter', '2147483646'],
    ['wholeTo', '2147483647'],
    ['seenFrom', '2026-01-15T07:30:00.123456Z'],
    ['seenBefore', '2026-01-15T07:30:00.123457Z'],
    ['seenAt', '2026-01-15T07:30:00.123Z'],
    ['seenTo', '2026-01-15T07:30:00.123Z'],
    ['seenFrom', '2026-01-15T07:30:00.123Z'],
    ['seenAfter', '2026-01-15T07:30:00.122999Z'],
    ['opens', '24:00:00'],
    ['closes', utc('23:59:59.999999+05:30')],
    ['span', utc('1 mon 2 days 03:04:05.678')],
    ['host', '10.0.0.1/8'],
    ['net', '10.0.0.0/8'],
    ['precise', utc('1.7976931348623157e+308')],
    ['seenOnTo', '2026-02-28'],
    ['seenTo', 'infinity'],
    ['seenBefore', 'infinity'],
    ['seenAfter', '-infinity'],
    ['seenFrom', '-infinity'],
  ])('by %s=%s finds the row that has the value', async (name, value) => {
    const { status, body } = await api.get(`/specimens?${name}=${value}`);
    expect([status, (body.items as object[]).length]).toEqual([200, 1]);
  });

  test.each([
    ['small', '0'],
    ['count', '9007199254740992'],
    ['flag', 'true'],
    ['seenAt', '2026-01-15T07:30:00.124Z'],
    ['seenAt', '2026-01-15T07:30:00.123000Z'],
    ['seenAfter', '2026-01-15T07:30:00.123Z'],
    ['seenBefore', '2026-01-15T07:30:00.123Z'],
    ['code', ''],
    ['note', 'x'.repeat(2000)],
    ['ticket', '00000000-0000-0000-0000-000000000000'],
    ['net', '10.0.0.1/8'],
    ['cut', 'raw'],
    ['wholeAfter', '2147483647'],
    ['wholeBefore', '2147483647'],
    ['seenBefore', '2026-01-15T07:30:00.123456Z'],
    ['seenAt', 'infinity'],
    ['seenAfter', 'infinity'],
    ['seenBefore', '-infinity'],
    ['seenTo', '-infinity'],
    ['amount', 'NaN'],
  ])('by %s=%s finds no other row', async (name, value) => {
    const { status, body } = await api.get(`/specimens?${name}=${value}`);
    expect([status, body.items]).toEqual([200, []]);
  });

  test.each([
    ['small', '32768'],
    ['small', '1.0'],
    ['small', ' 1'],
    ['whole', '2147483648'],
    ['count', '9223372036854775808'],
    ['count', '99999999999999999999'],
    ['amount', 'nan'],
    ['amount', '1e5'],
    ['ratio', 'Infinity'],
    ['precise', 'NaN'],
    ['seenAt', 'Infinity'],
    ['seenAt', 'infinityZ'],
    ['flag', '1'],
    ['flag', 'TRUE'],
    ['ratio', '1e39'],
    ['ratio', '1e-60'],
    ['precise', '1e309'],
    ['note', 'a\0b'],
    ['note', 'x'.repeat(2001)],
    ['opens', '24:00:01'],
    ['opens', '12:60:00'],
    ['closes', '23:59:59'],
    ['span', ''],
    ['span', 'tomorrow'],
    ['span', '1 day '],
    ['span', '9999999999 days'],
    ['host', '10.0.0.256'],
    ['host', '10.0.0.1/33'],
    ['host', '10.0.0.1/8/8'],
    ['net', 'fe80::1%eth0'],
    ['seenOn', '0044-02-30 BC'],
    ['seenOn', '5874898-01-01'],
    ['seenAt', '+275760-09-13T00:00:00.001Z'],
    ['cut', 'CUT'],
    ['grade', '3'],
    ['seenOn', '2026-02-30'],
    ['seenOn', '2026-2-3'],
    ['seenOn', '0000-01-01'],
    ['seenOn', 'today'],
    ['seenAt', '2026-01-15'],
    ['seenAt', '2026-01-15T09:30:00'],
    ['seenAt', '2026-02-30T09:30:00Z'],
    ['seenAt', '2026-01-15T24:00:00Z'],
    ['seenAt', '2026-01-15T09:30:60Z'],
    ['seenAt', '2026-01-15T09:30:00+16:00'],
    ['seenAt', '2026-01-15T09:30:00.1234567Z'],
    ['seenAt', '2026-01-15T09:30:00 02:00'],
    ['ticket', '42'],
  ])('by %s=%s is refused', async (name, value) => {
    const { status, body } = await api.get(`/specimens?${name}=${encodeURIComponent(value)}`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ parameter: name })]);
  });
});
