import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Delete, Get, Inject, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsString } from 'class-validator';
import type { Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Bind,
  currentOwner,
  PageOf,
  PublicIdParam,
  Repositories,
  restrictedTo,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
} from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Library } from '../../support/library/library.js';
import {
  Cart,
  Delivery,
  Item,
  marketEntities,
  Person,
} from '../../support/market/market.entities.js';
import type { Stall } from '../../support/market/market.js';
import { aStall, openMarket } from '../../support/market/market.js';
import { CartView, DeliveryView, ItemView } from '../../support/market/market.views.js';

const ofPerson = { within: { personUuid: 'person' } };
const reached: string[] = [];
const noted = {
  type: 'object',
  properties: { text: { type: 'string' } },
  required: ['text'],
} as const;

class MakeCart {
  @IsString() label!: string;
}

@Controller()
class MarketController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get('carts/:cartUuid')
  @Returns(CartView)
  show(@Bind('cartUuid', CartView) cart: CartView): CartView {
    return cart;
  }

  @Get('people/:personUuid/carts/:cartUuid')
  @Returns(CartView)
  showOf(@Bind('cartUuid', CartView, ofPerson) cart: CartView): CartView {
    return cart;
  }

  @Get('people/:personUuid/carts')
  @ReturnsPage(CartView)
  list(@PageOf(CartView, ofPerson) page: PageRequest): Promise<Page<CartView>> {
    return this.repositories.page(CartView, page);
  }

  @Post('people/:personUuid/carts')
  @Returns(CartView)
  make(
    @PublicIdParam('personUuid', Person) personUuid: PublicId<Person>,
    @Body() input: MakeCart,
  ): Promise<CartView> {
    reached.push(personUuid);
    return this.repositories.of(Cart).create(CartView, { ...input, personUuid });
  }

  @Delete('items/:itemUuid')
  @ReturnsNothing()
  async remove(@PublicIdParam('itemUuid', ItemView) uuid: PublicId<Item>): Promise<void> {
    reached.push(uuid);
    await this.repositories.of(Item).remove(uuid);
  }

  @Get('carts/:cartUuid/note')
  @ReturnsSchema(noted)
  note(@PublicIdParam('cartUuid', Cart) uuid: PublicId<Cart>) {
    reached.push(uuid);
    return { text: currentOwner() === undefined ? 'anybody' : 'the owner' };
  }

  @Get('carts/:cartUuid/deliveries/:deliveryUuid/note')
  @ReturnsSchema(noted)
  noteOf(
    @PublicIdParam('cartUuid', Cart) cartUuid: PublicId<Cart>,
    @PublicIdParam('deliveryUuid', Delivery, { unscoped: 'only noted' }) uuid: PublicId<Delivery>,
  ) {
    reached.push(cartUuid, uuid);
    return { text: 'a delivery' };
  }
}

/** Restricts a request to the owner that a header names, as a policy of the application would. */
function restrictRequests(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const owner = request.headers['x-owner'];
    if (typeof owner === 'string') restrictedTo(owner, () => done());
    else done();
  });
}

let market: Library;
let api: Api;
let ada: Stall;
let bob: Stall;
let delivery: string;
beforeAll(async () => {
  market = await openMarket();
  ada = await aStall(market, 'Ada');
  bob = await aStall(market, 'Bob');
  const input = { cartUuid: bob.cart, city: 'Rome' };
  delivery = (await market.repositories.of(Delivery).create(DeliveryView, input)).uuid;
  api = await startApi({
    url: market.url,
    entities: marketEntities,
    controllers: [MarketController],
    prepare: restrictRequests,
  });
});
afterAll(async () => {
  await api.close();
  await market.close();
});

async function status(method: string, path: string, owner?: string, body?: object) {
  reached.length = 0;
  const headers = owner === undefined ? {} : { 'x-owner': owner };
  const sent = body === undefined ? { headers } : { headers, body };
  const response = await api.ask(method as 'GET', path, sent);
  return response.status;
}

describe('a route that binds a row', () => {
  test('shows it to its owner and to unrestricted requests alone', async () => {
    for (const path of [`/carts/${bob.cart}`, `/people/${bob.person}/carts/${bob.cart}`]) {
      expect(await status('GET', path, bob.person)).toBe(200);
      expect(await status('GET', path)).toBe(200);
      expect(await status('GET', path, ada.person)).toBe(404);
    }
  });

  test('under another’s parent is not found, even for an own row', async () => {
    const path = `/people/${bob.person}/carts/${ada.cart}`;
    expect(await status('GET', path, ada.person)).toBe(404);
  });
});

describe('a page under an owner', () => {
  test('is not found under another owner, as under one that does not exist', async () => {
    expect(await status('GET', `/people/${ada.person}/carts`, ada.person)).toBe(200);
    expect(await status('GET', `/people/${bob.person}/carts`, ada.person)).toBe(404);
    expect(await status('GET', `/people/${randomUUID()}/carts`, ada.person)).toBe(404);
  });
});

describe('a handler that takes a public id', () => {
  const notes = (stall: Stall) => `/carts/${stall.cart}/note`;

  test('runs for the owner’s row', async () => {
    expect(await status('GET', notes(ada), ada.person)).toBe(200);
    expect(reached).toEqual([ada.cart]);
  });

  test.each([
    ['GET', () => notes(bob)],
    ['DELETE', () => `/items/${bob.item}`],
    ['POST', () => `/people/${bob.person}/carts`],
    ['GET', () => `/carts/${bob.cart}/deliveries/${delivery}/note`],
    ['GET', () => `/carts/${randomUUID()}/note`],
  ] as const)('does not run for another’s row or none (%s)', async (method, path) => {
    const body = method === 'POST' ? { label: 'L' } : undefined;
    expect(await status(method, path(), ada.person, body)).toBe(404);
    expect(reached).toEqual([]);
  });

  test('runs unrestricted without a look at the row', async () => {
    expect(await status('GET', `/carts/${randomUUID()}/note`)).toBe(200);
    expect(await status('GET', `/carts/${bob.cart}/deliveries/${delivery}/note`)).toBe(200);
    expect(await status('GET', notes(bob), bob.person)).toBe(200);
  });

  test('makes rows for the owner', async () => {
    const path = `/people/${ada.person}/carts`;
    expect(await status('POST', path, ada.person, { label: 'L' })).toBe(201);
  });
});
