import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { factsSchema, ownedSchema, pageSchema, placedSchema } from '../answer-schemas.js';
import type { PeerOptions } from '../peer.js';
import { steadyPool } from '../peer.js';
import { KeyCheck } from './key-check.js';
import { cursorValues, pageOf } from './pages.js';
import { placeOrder } from './place-order.js';
import type { NewOrder } from './place-order.js';
import { facts, id, newOrderSchema, pageQuery } from './requests.js';

const oneOrder = {
  name: 'own_facts',
  text: `SELECT ${facts} FROM orders o WHERE o.uuid = $1 AND o.user_id = $2`,
};
const oneOwnedOrder = {
  name: 'own_owned',
  text: `SELECT ${facts}, u.uuid AS "userUuid"
    FROM orders o JOIN users u ON u.id = o.user_id WHERE o.uuid = $1 AND o.user_id = $2`,
};
const page = (condition: string) => `SELECT ${facts}, u.uuid AS "userUuid",
    o.created_at::text || '/' || o.id AS cursor
  FROM orders o JOIN users u ON u.id = o.user_id
  WHERE o.user_id = (SELECT id FROM users WHERE uuid = $1 AND id = $2) ${condition}
  ORDER BY o.created_at DESC, o.id DESC LIMIT $3`;
const firstPage = { name: 'own_first_page', text: page('') };
const nextPage = {
  name: 'own_next_page',
  text: page('AND (o.created_at, o.id) < ($4::timestamptz, $5::bigint)'),
};

/** Peer (a) with API keys: each statement has the owner among its conditions. */
export async function serve({ databaseUrl }: PeerOptions): Promise<string> {
  const pool = new pg.Pool({ connectionString: databaseUrl, ...steadyPool });
  const app = Fastify();
  const keys = new KeyCheck(pool);
  app.decorateRequest('key', undefined);
  serveReads(app, pool, keys);
  app.post<{ Body: NewOrder }>(
    '/orders',
    {
      schema: { body: newOrderSchema, response: { 201: placedSchema } },
      preHandler: keys.requires('orders:write'),
    },
    async (request, reply) => {
      const order = await placeOrder(pool, request.body, request.key!.userId);
      if (!order) return reply.code(422).send({ message: 'A reference does not exist.' });
      return reply.code(201).send(order);
    },
  );
  return app.listen({ port: 0, host: '127.0.0.1' });
}

function serveReads(app: FastifyInstance, pool: pg.Pool, keys: KeyCheck): void {
  const preHandler = keys.requires('orders:read');
  const reads = [
    ['/facts/:uuid', oneOrder, factsSchema],
    ['/owned/:uuid', oneOwnedOrder, ownedSchema],
  ] as const;
  for (const [path, query, schema] of reads) {
    app.get<{ Params: { uuid: string } }>(
      path,
      { schema: { params: id, response: { 200: schema } }, preHandler },
      async ({ params, key }, reply) => {
        const { rows } = await pool.query({ ...query, values: [params.uuid, key!.userId] });
        return rows[0] ?? reply.code(404).send({ message: 'Not found' });
      },
    );
  }
  app.get<{ Params: { uuid: string }; Querystring: { limit?: number; after?: string } }>(
    '/users/:uuid/facts',
    { schema: { params: id, querystring: pageQuery, response: { 200: pageSchema } }, preHandler },
    async ({ params, key, query: { limit = 20, after } }) => {
      const values = [params.uuid, key!.userId, limit + 1, ...cursorValues(after)];
      const { rows } = await pool.query({ ...(after ? nextPage : firstPage), values });
      return pageOf(rows, limit);
    },
  );
}
