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
  'cut',
  'grade',
];
const ranges = {
  wholeFrom: { path: 'whole', operator: '>=' },
  wholeAfter: { path: 'whole', operator: '>' },
  wholeTo: { path: 'whole', operator: '<=' },
  wholeBefore: { path: 'whole', operator: '<' },
  seenFrom: { path: 'seenAt', operator: '>=' },
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
    ['seenOnTo', '2026-02-28'],
  ])('by %s=%s finds the row that has the value', async (name, value) => {
    const { status, json } = await api.get(`/specimens?${name}=${value}`);
    expect([status, (json['items'] as object[]).length]).toEqual([200, 1]);
  });

  test.each([
    ['small', '0'],
    ['count', '9007199254740992'],
    ['flag', 'true'],
    ['seenAt', '2026-01-15T07:30:00.123Z'],
    ['cut', 'raw'],
    ['wholeAfter', '2147483647'],
    ['wholeBefore', '2147483647'],
    ['seenBefore', '2026-01-15T07:30:00.123456Z'],
  ])('by %s=%s finds no other row', async (name, value) => {
    const { status, json } = await api.get(`/specimens?${name}=${value}`);
    expect([status, json['items']]).toEqual([200, []]);
  });

  test.each([
    ['small', '32768'],
    ['small', '1.0'],
    ['small', ' 1'],
    ['whole', '2147483648'],
    ['count', '9223372036854775808'],
    ['count', '99999999999999999999'],
    ['amount', 'NaN'],
    ['amount', '1e5'],
    ['ratio', 'Infinity'],
    ['flag', '1'],
    ['flag', 'TRUE'],
    ['code', ''],
    ['note', 'a\0b'],
    ['note', 'x'.repeat(201)],
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
    ['seenAt', utc('2026-01-15T09:30:00+16:00')],
    ['seenAt', '2026-01-15T09:30:00.1234567Z'],
    ['seenAt', '2026-01-15T09:30:00+02:00'],
    ['ticket', '00000000-0000-0000-0000-000000000000'],
    ['ticket', '42'],
  ])('by %s=%s is refused', async (name, value) => {
    const { status, json } = await api.get(`/specimens?${name}=${encodeURI(value)}`);
    expect(status).toBe(400);
    expect(json['errors']).toEqual([expect.objectContaining({ parameter: name })]);
  });
});
