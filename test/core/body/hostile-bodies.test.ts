import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, MaxLength, registerDecorator } from 'class-validator';
import { IsPublicId, ListOf, PageOf, ReturnsNothing, ReturnsPage } from 'nest-dual-id';
import { readQuery, TakesQuery } from '../../../src/core/http/route-query.js';
import { inspectBody } from '../../../src/core/body/body-inspection.js';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { hostileBodies, walkedBodies } from '../../support/hostile-bodies.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';

/** The maximum cost of a body: values from the parser, and calls of rules. */
const mostParsed = 5_000;
const mostAsked = 5_000;

let asked = 0;

/** A rule that every value satisfies, and that counts its calls. */
function Counted(options: { each?: boolean } = {}): PropertyDecorator {
  return (prototype, key) =>
    registerDecorator({
      name: 'counted',
      target: prototype.constructor,
      propertyName: String(key),
      options,
      validator: {
        validate: () => {
          asked += 1;
          return true;
        },
      },
    });
}

class Item {
  @IsPublicId(Author) authorUuid!: string;
  @Counted() @IsInt() quantity!: number;
}

class Basket {
  @ListOf(() => Item, { min: 1, max: 500 }) items!: Item[];
  @Counted() @IsOptional() @IsString() @MaxLength(20) firstName?: string;
  @Counted({ each: true }) @IsOptional() @IsString({ each: true }) tags?: string[];
}

/** Does more than its rules declare, so that class-validator checks it. */
class TrimmedBasket extends Basket {
  @Transform(({ value }: { value: unknown }) => value) @IsOptional() note?: string;
}

const rules = {
  page: { type: 'integer', minimum: 1, maximum: 9, description: 'A page.' },
} as const;

@Controller('baskets')
class BasketsController {
  @Post()
  @ReturnsNothing()
  create(@Body() _basket: Basket) {}

  @Post('trimmed')
  @ReturnsNothing()
  trim(@Body() _basket: TrimmedBasket) {}

  @Get()
  @ReturnsPage(AuthorView)
  list(@PageOf(AuthorView) _page: unknown) {}

  @Get('some')
  @ReturnsNothing()
  @TakesQuery(rules)
  some(@Query() query: Record<string, string>) {
    readQuery(query, rules);
  }
}

let library: Library;
let api: Api;
let parsed = 0;
const parse = JSON.parse;
beforeAll(async () => {
  library = await openLibrary();
  const controllers = [BasketsController];
  api = await startApi({ url: library.url, entities: libraryEntities, controllers });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

const bodies = { ...hostileBodies, ...walkedBodies };
const paths = ['/baskets', '/baskets/trimmed'];

/** Sends a body and counts what the parser produces meanwhile. */
async function cost(path: string, body: string) {
  asked = 0;
  parsed = 0;
  JSON.parse = ((text: string) => {
    const value: unknown = parse(text);
    parsed += valuesIn(value);
    return value;
  }) as typeof JSON.parse;
  try {
    return await api.ask('POST', path, { body });
  } finally {
    JSON.parse = parse;
  }
}

function valuesIn(root: unknown): number {
  let values = 0;
  for (const rest = [root]; rest.length > 0; values++) {
    const value = rest.pop();
    if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) rest.push(part);
  }
  return values;
}

describe.each(paths)('a hostile body at %s', (path) => {
  test.each(Object.keys(bodies))('costs little work and a short refusal: %s', async (name) => {
    const sent = bodies[name as keyof typeof bodies]!();
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(1_048_576 * 1.3);
    const { status, body, text } = await cost(path, sent);
    expect([400, 413]).toContain(status);
    expect(parsed).toBeLessThan(mostParsed);
    expect(asked).toBeLessThan(mostAsked);
    const errors = (body.errors ?? []) as { pointer: string }[];
    expect(errors.length).toBeLessThanOrEqual(20);
    expect(Buffer.byteLength(text)).toBeLessThan(Math.max(3_072, Buffer.byteLength(sent)));
    expect(text).not.toMatch(/\uFFFD|\\ud[89a-f]/);
  });

  test('does not affect the next request', async () => {
    const item = { authorUuid: '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e', quantity: 1 };
    const items = Array.from({ length: 500 }, () => item);
    const tags = Array.from({ length: 1_900 }, () => 'a');
    expect((await api.ask('POST', path, { body: { items, tags } })).status).toBe(204);
  });
});

describe('a walk through a body', () => {
  test('visits no more values than the body may hold', () => {
    const many = Array.from({ length: 100_000 }, () => ({}));
    const { visited, faults } = inspectBody({ tags: many }, { input: Basket, values: 3_000 });
    expect(visited).toBeLessThanOrEqual(3_001);
    expect(faults).toEqual([{ pointer: '', detail: 'holds more than 3000 values' }]);
  });

  test('ends at the twentieth finding', () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`x${at}`, 1]));
    const { visited, faults } = inspectBody(unknown, { input: Basket, values: 3_000 });
    expect([visited, faults.length]).toEqual([21, 20]);
  });

  test('does not enter a list that is longer than its maximum', () => {
    const items = Array.from({ length: 501 }, () => ({}));
    const { visited, faults } = inspectBody({ items }, { input: Basket, values: 3_000 });
    expect(visited).toBe(1);
    expect(faults).toEqual([
      { pointer: '/items', detail: 'must contain no more than 500 elements' },
    ]);
  });
});

describe('a hostile query', () => {
  const many = (name: (at: number) => string) =>
    Array.from({ length: 1_100 }, (_, at) => name(at)).join('&');
  test.each(['/baskets', '/baskets/some'])(
    'at %s gets a refusal smaller than itself',
    async (path) => {
      for (const query of [
        many((at) => `unknown${at}`),
        many((at) => `x${at}Id=1`),
        many(() => 'limit=1'),
        `${'x'.repeat(14_000)}=1`,
        `limit=${'9'.repeat(14_000)}`,
        `${'%F0%9F%98%80'.repeat(1_100)}=1`,
      ]) {
        const { status, body, text } = await api.get(`${path}?${query}`);
        expect(status).toBe(400);
        expect((body.errors as unknown[]).length).toBeLessThanOrEqual(20);
        expect(Buffer.byteLength(text)).toBeLessThan(3_072);
        expect(text).not.toMatch(/\uFFFD|\\ud[89a-f]/);
      }
    },
  );
});
