import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import {
  Bind,
  Computed,
  Field,
  PageOf,
  Repositories,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import type { Page, PageRequest } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary, sql } from '../../support/library/library.js';
import { Specimen, specimenEntities } from '../../support/specimen/specimen.entities.js';
import { makeSpecimens } from '../../support/specimen/specimen.tables.js';
import { composed, scalars } from './edge-values.js';

const names = [...Object.keys(scalars), ...Object.keys(composed)];

class CreateSpecimen {
  [name: string]: unknown;
}
for (const name of names) IsOptional()(CreateSpecimen.prototype, name);

const part = {
  type: ['object', 'null'],
  properties: { name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
} as const;

const sortable = Object.keys(scalars);
@View(Specimen, { sort: sortable, filters: sortable })
class Shown {
  [name: string]: unknown;
  @Field() uuid!: string;
  @Field({ schema: part }) settings!: object | null;
  @Field({ schema: part }) raw!: object | null;
  @Field({ schema: { type: 'array', items: part } }) parts!: object[] | null;
}
for (const name of names) {
  if (!['settings', 'raw', 'parts'].includes(name)) Field()(Shown.prototype, name);
}

/** Integers that JSON would round, declared as numbers and as strings. */
const long = { type: 'object', properties: { name: { type: 'string' } } } as const;
@View(Specimen)
class LongShown {
  @Field() uuid!: string;
  @Field({ schema: { ...long, type: ['object', 'null'] } }) settings!: object | null;
  @Computed({ type: ['string', 'null'] }, (row) => row('count')) text!: string | null;
  @Computed(long, (row) => `json_build_object('name', ${row('count')})`) object!: object;
}
@View(Specimen)
class Rounded {
  @Field() uuid!: string;
  @Computed({ type: ['integer', 'null'] }, (row) => row('count')) number!: number | null;
}

@Controller('specimens')
class SpecimensController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get()
  @ReturnsPage(Shown)
  list(@PageOf(Shown) page: PageRequest): Promise<Page<Shown>> {
    return this.repositories.of(Specimen).page(Shown, page);
  }

  @Get(':uuid/long')
  @Returns(LongShown)
  long(@Bind('uuid', LongShown) specimen: LongShown): LongShown {
    return specimen;
  }

  @Get(':uuid/rounded')
  @Returns(Rounded)
  rounded(@Bind('uuid', Rounded) specimen: Rounded): Rounded {
    return specimen;
  }

  @Post()
  @Returns(Shown, { status: 201 } as never)
  create(@Body() body: CreateSpecimen): Promise<Shown> {
    const input = { ...body, cabinetUuid } as never;
    return this.repositories.of(Specimen).create(Shown, input);
  }
}

let museum: Library;
let api: Api;
let cabinetUuid: unknown;
beforeAll(async () => {
  museum = await openLibrary({}, specimenEntities, makeSpecimens);
  await sql(museum, 'DELETE FROM labels; DELETE FROM specimens');
  [{ uuid: cabinetUuid }] = (await sql(museum, 'SELECT uuid FROM cabinets')) as [{ uuid: string }];
  const controllers = [SpecimensController];
  api = await startApi({ url: museum.url, entities: specimenEntities, controllers });
});
afterAll(async () => {
  await api.close();
  await museum.close();
});

const create = (body: object) => api.ask('POST', '/specimens', { body });
const uuidsOf = (json: Record<string, unknown>) =>
  (json['items'] as { uuid: string }[]).map(({ uuid }) => uuid);

describe.each(Object.entries(scalars))('a value of %s', (name, values) => {
  test('comes back as written, is found by what is shown, and pages walk over it', async () => {
    const made: string[] = [];
    for (const value of values) {
      const { status, body } = await create({ [name]: value });
      expect([status, body[name]]).toEqual([201, value]);
      made.push(body.uuid as string);
    }
    for (const [at, value] of values.entries()) {
      const asked = encodeURIComponent(String(value));
      const { status, body } = await api.get(`/specimens?limit=100&${name}=${asked}`);
      expect([status, value, uuidsOf(body)]).toEqual([200, value, [made[at]]]);
    }
    for (const order of [name, `-${name}`]) {
      const seen: string[] = [];
      let after = '';
      do {
        const { body } = await api.get(`/specimens?limit=1&sort=${order}${after}`);
        seen.push(...uuidsOf(body));
        after = body.nextCursor ? `&after=${String(body.nextCursor)}` : '';
      } while (after !== '' && seen.length < 1000);
      expect(seen.filter((uuid) => made.includes(uuid)).toSorted()).toEqual(made.toSorted());
      expect(new Set(seen).size).toBe(seen.length);
    }
    await sql(museum, 'DELETE FROM specimens');
  });
});

test.each(Object.entries(composed))('a list or object of %s comes back', async (name, values) => {
  for (const value of values) {
    const { status, body } = await create({ [name]: value });
    expect([status, body[name]]).toEqual([201, value]);
  }
  await sql(museum, 'DELETE FROM specimens');
});

describe('a value that would not come back is refused:', () => {
  test.each([
    ['count', 9_007_199_254_740_992],
    ['amount', 12_345_678_901_234_567_000],
    ['amount', 0.1 + 0.2],
    ['seenAt', '2025-02-30T09:30:00Z'],
    ['seenAt', '2025-02-28T09:30:00.123456Z'],
    ['seenAt', '2025-02-28T09:30:00'],
    ['seenAt', '2025-02-28'],
    ['seenAt', 'now'],
    ['seenAt', 'Infinity'],
    ['ratio', 'NaN'],
    ['precise', 'Infinity'],
    ['precise', '-infinity'],
    ['localAt', '2025-02-30T09:30:00Z'],
    ['seenOn', '2025-02-30'],
    ['seenOn', '2025-02-28T23:00:00Z'],
    ['seenOn', 'today'],
    ['seenOn', '1/2/2026'],
    ['opens', '25:00:00'],
    ['opens', '09:30:00.1234567'],
    ['opens', 'now'],
    ['closes', '09:30:00'],
    ['flag', 'yes'],
    ['code', 'x'.repeat(21)],
    ['code', `${'x'.repeat(20)} `],
    ['letters', 'abc '],
    ['words', [['a'], ['b']]],
    ['words', '{a}'],
    ['counts', [1, 9_007_199_254_740_992]],
    ['days', ['2025-02-30']],
    ['moments', ['2025-02-30T00:00:00Z']],
    ['settings', { name: 9_007_199_254_740_992 }],
    ['parts', [{ tags: [9_007_199_254_740_992] }]],
  ])('%s %p', async (name, value) => {
    const { status, body } = await create({ [name]: value });
    expect([status, body.code]).toEqual([422, 'rule_violated']);
    expect(body.errors).toEqual([{ pointer: `/${name}`, detail: expect.any(String) }]);
    expect(await sql(museum, 'SELECT FROM specimens')).toHaveLength(0);
  });

  test.each([
    ['whole', 1.5],
    ['small', 32_768],
    ['ratio', 1e39],
    ['cut', 'CUT'],
    ['host', '10.0.0.256'],
    ['net', '10.0.0.1/8'],
    ['ticket', 'x'],
    ['span', 'soon'],
  ])('%s %p, by the database', async (name, value) => {
    const { status, body } = await create({ [name]: value });
    expect([status, body.code]).toEqual([422, 'rule_violated']);
  });
});

test('NaN is refused in a body, and not stored as null', async () => {
  for (const sent of ['{"settings": {"size": 1e999}}', '{"parts": [{"sizes": [-1e999]}]}']) {
    const { status, body } = await api.ask('POST', '/specimens', { body: sent });
    expect([status, body.code]).toEqual([422, 'rule_violated']);
  }
  expect(await sql(museum, 'SELECT FROM specimens')).toHaveLength(0);
});

describe('integers beyond 2^53', () => {
  const count = '9007199254740993';
  let uuid: string;
  beforeAll(async () => {
    uuid = (await create({ count })).body.uuid as string;
    await sql(museum, `UPDATE specimens SET settings = '{"name": ${count}}'`);
  });
  afterAll(() => sql(museum, 'DELETE FROM specimens'));

  test('are shown with all digits if declared as strings', async () => {
    const { body } = await api.get(`/specimens/${uuid}/long`);
    const whole = { name: count };
    expect(body).toEqual({ uuid, settings: whole, text: count, object: whole });
  });

  test('are never shown as a different number', async () => {
    expect((await api.get(`/specimens/${uuid}/rounded`)).status).toBe(500);
    await sql(museum, 'UPDATE specimens SET count = 9007199254740991');
    const { body } = await api.get(`/specimens/${uuid}/rounded`);
    expect(body.number).toBe(9_007_199_254_740_991);
  });
});
