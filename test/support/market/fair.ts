import { randomUUID } from 'node:crypto';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { addHistory, HistoryApiModule, HistoryModule } from 'nest-dual-id/history';
import { Group, Permission, Role } from 'nest-dual-id/identity';
import { RegistryModule } from 'nest-dual-id/registry';
import { RelationsModule } from 'nest-dual-id/relations';
import { BadgeModule, badges, permissions } from '../../examples/badges.js';
import type { Api } from '../api.js';
import { startApi } from '../api.js';
import type { HttpResponse } from '../http-client.js';
import type { Library } from '../library/library.js';
import { openLibrary, sql } from '../library/library.js';
import { Cart, Item, Line, marketEntities, Person, Product } from './market.entities.js';
import type { Stall } from './market.js';
import { aProduct, aStall } from './market.js';
import { makeMarketTables } from './market.tables.js';

@View(Person)
export class PersonRecord {
  @Field() uuid!: PublicId<Person>;
  @Field() name!: string;
}

@View(Product)
export class ProductRecord {
  @Field() uuid!: PublicId<Product>;
  @Field() name!: string;
}

@View(Cart)
export class CartRecord {
  @Field() uuid!: PublicId<Cart>;
  @Field() label!: string;
  @Field() personUuid!: PublicId<Person>;
}

@View(Item)
export class ItemRecord {
  @Field() uuid!: PublicId<Item>;
  @Field() cartUuid!: PublicId<Cart>;
  @Field() quantity!: number;
}

@View(Line)
export class LineRecord {
  @Field() position!: number;
  @Field() text!: string;
}

/** The market with everything that features read by SQL of their own: histories, relations. */
export async function makeFairTables(runner: SchemaRunner): Promise<void> {
  await makeMarketTables(runner);
  await addHistory(runner, { table: 'people', schema: 'club', keep: 'rows' });
  for (const table of ['goods', 'baskets', 'items']) {
    await addHistory(runner, { table, keep: 'rows' });
  }
  await addHistory(runner, { table: 'lines', keep: 'rows', record: 'cart_id' });
  await addHistory(runner, {
    table: 'cart_products',
    keep: 'rows',
    record: 'baskets_id',
    related: 'goods_id',
  });
}

/** Two stalls, staff, and an application for all of them. */
export interface Fair extends Api {
  readonly market: Library;
  readonly ada: Stall;
  readonly bob: Stall;
  readonly product: PublicId<Product>;
  /** Gives somebody a badge. */
  badge(name: string, uuid: string, may: readonly string[]): void;
  /** Sends a request as somebody with a badge: ada, bob, staff, or a clerk of the registry. */
  as(badge: string, method: string, path: string, body?: object): Promise<HttpResponse>;
}

/** A permission for each of the features, which staff has. */
export const staffPermissions = [
  'history:read',
  'relations:read',
  'relations:write',
  'registry:read',
  'people:read',
];

/** Opens the fair. */
export async function openFair(): Promise<Fair> {
  const market = await openLibrary({}, marketEntities, makeFairTables);
  const ada = await aStall(market, 'Ada');
  const bob = await aStall(market, 'Bob');
  const product = await aProduct(market);
  giveBadge('ada', ada.person, []);
  giveBadge('bob', bob.person, []);
  giveBadge('staff', randomUUID(), staffPermissions);
  giveBadge('clerk', randomUUID(), ['registry:read']);
  const api = await startApi({
    url: market.url,
    entities: [...marketEntities, Group, Permission, Role],
    imports: [
      BadgeModule,
      HistoryModule.forRoot(),
      HistoryApiModule.forRoot({
        api: { ownOr: 'history:read' },
        views: [PersonRecord, ProductRecord, CartRecord, ItemRecord],
      }),
      RelationsModule.forRoot({
        api: { ownOr: 'relations:read', writePermission: 'relations:write' },
      }),
      RegistryModule.forRoot({
        resolve: { ownOr: 'registry:read' },
        api: { permission: 'registry:read' },
        types: { buyer: 'people:read' },
      }),
    ],
  });
  return {
    ...api,
    market,
    ada,
    bob,
    product,
    badge: giveBadge,
    as: (badge, method, path, body) => {
      const headers = { authorization: `Bearer ${badge}` };
      return api.ask(method, path, body === undefined ? { headers } : { headers, body });
    },
    close: async () => {
      await api.close();
      await market.close();
    },
  };
}

/** Gives a cart to somebody else, while nobody looks. */
export async function give({ market }: Fair, cart: string, { person }: Stall): Promise<void> {
  const holder = `SELECT person_no FROM club.people WHERE public_key = '${person}'`;
  await sql(market, `UPDATE baskets SET holder_no = (${holder}) WHERE uuid = '${cart}'`);
}

function giveBadge(name: string, uuid: string, may: readonly string[]): void {
  badges.set(name, () => ({ principalUuid: uuid, scopes: undefined }));
  permissions.set(uuid, new Set(may));
}
