import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { testShop } from '../support/shop.js';

let shop: TestShop;
beforeAll(async () => {
  shop = await testShop();
});
afterAll(() => shop.stop());

/** Who may call each operation; `own` is whoever asks for rows of their own. */
const policies = `
  DELETE /carts/{cartUuid}/items/{productUuid}: own, carts:write, carts:guest
  DELETE /carts/{cartUuid}/items: own, carts:write, carts:guest
  DELETE /keys/{keyUuid}: own, keys:manage
  DELETE /products/{productUuid}: catalogue:write
  DELETE /registry/{uuid}/relations/{relation}/{toUuid}: relations:write
  DELETE /users/{userUuid}/roles/{roleUuid}: roles:assign
  DELETE /users/{userUuid}: own, users:erase
  GET /aisles/{slug}: everybody
  GET /aisles: everybody
  GET /carts/{cartUuid}/items: own, carts:read, carts:guest
  GET /carts/{cartUuid}: own, carts:read, carts:guest
  GET /carts: own, carts:read
  GET /departments/{slug}: everybody
  GET /departments: everybody
  GET /health/live: everybody
  GET /health/ready: everybody
  GET /keys/{keyUuid}: own, keys:manage
  GET /keys: own, keys:manage
  GET /orders/{orderUuid}/history: own, orders:read
  GET /orders/{orderUuid}/items: own, orders:read
  GET /orders/{orderUuid}: own, orders:read
  GET /orders: own, orders:read
  GET /products/{productUuid}: everybody
  GET /products: everybody
  GET /registry/counts: registry:read
  GET /registry/entities: registry:read
  GET /registry/relation-types: own, relations:read
  GET /registry/search: registry:read
  GET /registry/typeahead: registry:read
  GET /registry/{uuid}/diagram: own, relations:read
  GET /registry/{uuid}/graph: own, relations:read
  GET /registry/{uuid}/history: own, history:read
  GET /registry/{uuid}/impact: relations:read
  GET /registry/{uuid}/paths/{toUuid}: own, relations:read
  GET /registry/{uuid}/relations/{relation}/{toUuid}: own, relations:read
  GET /registry/{uuid}/relations: own, relations:read
  GET /resolve/{uuid}: own, registry:read
  GET /roles: roles:read
  GET /users/{userUuid}/cart: own, carts:read
  GET /users/{userUuid}/orders/{orderUuid}/items: own, orders:read
  GET /users/{userUuid}/orders/{orderUuid}: own, orders:read
  GET /users/{userUuid}/orders: own, orders:read
  GET /users/{userUuid}/roles: own, roles:read
  GET /users/{userUuid}: own, users:read
  GET /users: users:read
  PATCH /products/{productUuid}: catalogue:write
  PATCH /users/{userUuid}: own, users:write
  POST /carts/claims: own, carts:write
  POST /carts/guests: everybody
  POST /carts/{cartUuid}/checkout: own, carts:write
  POST /carts/{cartUuid}/items: own, carts:write, carts:guest
  POST /carts: own, carts:write
  POST /keys/{keyUuid}/rotate: own, keys:manage
  POST /keys: own, keys:manage
  POST /orders/{orderUuid}/cancel: own, orders:cancel
  POST /orders/{orderUuid}/items: own, orders:write
  POST /orders/{orderUuid}/return: own, orders:request-return
  POST /orders/{orderUuid}/status: orders:move
  POST /orders: own, orders:write
  POST /products: catalogue:write
  POST /registry/resolve: own, registry:read
  POST /users/{userUuid}/cart: own, carts:write
  POST /users/{userUuid}/orders: own, orders:write
  POST /users: users:write
  PUT /carts/{cartUuid}/items/{productUuid}: own, carts:write, carts:guest
  PUT /registry/{uuid}/relations/{relation}/{toUuid}: relations:write
  PUT /users/{userUuid}/roles/{roleUuid}: roles:assign
`;

interface Described {
  readonly security: readonly { readonly bearer?: readonly string[] }[];
  readonly 'x-own-rows'?: boolean;
  readonly 'x-guest-scope'?: string;
}

function policyOf({ security, 'x-own-rows': isOwn, 'x-guest-scope': guest }: Described): string {
  const [requirement] = security;
  if (!requirement) return 'everybody';
  const [permission = 'signed in'] = requirement.bearer ?? [];
  return [...(isOwn ? ['own'] : []), permission, ...(guest ? [guest] : [])].join(', ');
}

test('every operation of the shop has the policy that was meant for it', async () => {
  const { paths } = (await shop.anonymous('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, Described>>;
  };
  const found = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => `${method.toUpperCase()} ${path}: ${policyOf(operation)}`,
    ),
  );
  const meant = policies
    .trim()
    .split('\n')
    .map((line) => line.trim());
  expect(found.toSorted()).toEqual(meant.toSorted());
});
