import type { DynamicModule, Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DualIdModuleOptions } from 'nest-dual-id';
import { IdempotencyModule } from 'nest-dual-id/idempotency';
import { LegacyIds, LegacyIdsModule } from 'nest-dual-id/legacy-ids';
import type { LegacyIdsOptions } from 'nest-dual-id/legacy-ids';
import { BadgeModule, badges, permissions } from '../../examples/badges.js';
import type { Api, ApiParts } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { emptyDatabase } from '../../support/empty-database.js';
import type { HttpResponse, Sent } from '../../support/http-client.js';
import { queryOutside } from '../../support/outside.js';
import { migratedFor } from '../../support/roles.js';
import { DepotController } from './depot.controller.js';
import { Client, depotEntities, migrateDepot, Order, Parcel, Product } from './depot.entities.js';

export const docs = 'https://docs.example.com/uuids';

/** A window that is open now. */
export const legacyOptions: LegacyIdsOptions = {
  entities: {
    clients: Client,
    orders: Order,
    parcels: Parcel,
    products: { entity: Product, column: 'old_number' },
  },
  deprecatedAt: '2026-01-31T09:30:00Z',
  until: '2099-12-31T23:00:00Z',
  docs,
  exchange: { api: { permission: 'legacy:exchange' }, allRowsPermission: 'legacy:all' },
};

/** A row by both ids. */
export interface Row {
  readonly number: string;
  readonly uuid: string;
}

/** What one client has. */
export interface Holding {
  readonly client: Row;
  readonly order: Row;
  readonly parcel: Row;
}

/** One instance of the application. */
export interface DepotApi extends Api {
  readonly legacyIds: LegacyIds;
  /** Sends a request as ada, bob, staff, or nobody. */
  as(badge: string, method: string, path: string, sent?: Sent): Promise<HttpResponse>;
}

export interface DepotParts extends Pick<ApiParts, 'adapter' | 'prepare' | 'providers'> {
  readonly legacy?: Partial<LegacyIdsOptions>;
  readonly options?: DualIdModuleOptions;
  readonly imports?: (Type | DynamicModule)[];
  readonly controllers?: Type[];
  readonly url?: string;
}

export interface Depot {
  readonly url: string;
  readonly ada: Holding;
  readonly bob: Holding;
  readonly product: Row;
  sql(text: string, values?: unknown[]): Promise<Record<string, any>[]>;
  /** Adds an order of a client. */
  order(client: Row, label?: string): Promise<Row>;
  parts(parts?: DepotParts): ApiParts;
  start(parts?: DepotParts): Promise<DepotApi>;
  stop(): Promise<void>;
}

/** Opens a database with two clients, and gives badges to them and to staff. */
export async function openDepot(): Promise<Depot> {
  const database = await emptyDatabase();
  const url = await migratedFor(database.url, migrateDepot);
  const superuser = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  const sql: Depot['sql'] = (text, values) => queryOutside(superuser, text, values);
  const add = async (insert: string, values: unknown[]): Promise<Row> => {
    const [row] = await sql(`${insert} RETURNING id::text AS number, uuid`, values);
    return row as unknown as Row;
  };
  const addOrder = (client: Row, label = 'Order') =>
    add('INSERT INTO orders (label, client_id) VALUES ($1, $2)', [label, client.number]);
  const holding = async (name: string): Promise<Holding> => {
    const client = await add('INSERT INTO clients (name) VALUES ($1)', [name]);
    const order = await addOrder(client, `${name}’s order`);
    const insert = 'INSERT INTO parcels (label, order_id) VALUES ($1, $2)';
    return { client, order, parcel: await add(insert, [`${name}’s parcel`, order.number]) };
  };
  const [ada, bob] = [await holding('Ada'), await holding('Bob')];
  const [product] = await sql(
    `INSERT INTO products (uuid, name, old_number) VALUES (gen_random_uuid(), 'Tape', 4711)
     RETURNING old_number::text AS number, uuid`,
  );
  giveBadges(ada, bob);
  const running: Api[] = [];
  const parts: Depot['parts'] = (own = {}) => partsAt(url, own);
  return {
    ...{ url, ada, bob, product: product as unknown as Row, sql, order: addOrder, parts },
    start: async (own) => {
      const api = await startApi(parts(own));
      running.push(api);
      return withBadges(api);
    },
    stop: async () => {
      for (const api of running) await api.close();
      await superuser.destroy();
      await database.drop();
    },
  };
}

function partsAt(at: string, { legacy, imports = [], controllers, ...own }: DepotParts): ApiParts {
  return {
    url: at,
    entities: depotEntities,
    controllers: controllers ?? [DepotController],
    ...own,
    imports: [
      BadgeModule,
      IdempotencyModule.forRoot({ caller: ({ headers }) => headers.authorization ?? 'nobody' }),
      LegacyIdsModule.forRoot({ ...legacyOptions, ...legacy }),
      ...imports,
    ],
  };
}

function withBadges(api: Api): DepotApi {
  return {
    ...api,
    legacyIds: api.app.get(LegacyIds),
    as: (badge, method, path, { headers, ...sent } = {}) => {
      const shown = badge === 'nobody' ? {} : { authorization: `Bearer ${badge}` };
      return api.ask(method, path, { ...sent, headers: { ...shown, ...headers } });
    },
  };
}

export const staffUuid = '51111111-1111-4111-8111-111111111111';
export const keyUuid = '52222222-2222-4222-8222-222222222222';

function giveBadges(ada: Holding, bob: Holding): void {
  const people = { ada: ada.client.uuid, bob: bob.client.uuid, staff: staffUuid };
  for (const [name, principalUuid] of Object.entries(people)) {
    badges.set(name, () => ({ principalUuid, scopes: undefined }));
    permissions.set(principalUuid, new Set(['legacy:exchange']));
  }
  permissions.set(staffUuid, new Set(['orders:read', 'legacy:exchange', 'legacy:all']));
  badges.set('till', () => ({ principalUuid: ada.client.uuid, keyUuid, scopes: undefined }));
  const robotScopes = new Set(['orders:read', 'legacy:exchange']);
  badges.set('robot', () => ({ principalUuid: null, scopes: robotScopes }));
  const guestOf = { entity: Order, uuid: ada.order.uuid };
  badges.set('guest', () => ({ principalUuid: null, guestOf, scopes: new Set(['orders:guest']) }));
}
