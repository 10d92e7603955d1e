import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { factsSchema, ownedSchema, pageSchema, placedSchema } from '../answer-schemas.js';
import type { PeerOptions } from '../peer.js';
import { steadyPool } from '../peer.js';
import { cursorValues, pageOf } from './pages.js';
import { placeOrder } from './place-order.js';
import type { NewOrder } from './place-order.js';
import { facts, id, newOrderSchema, pageQuery } from './requests.js';

const oneOrder = {
  name: 'facts',
  text: `SELECT ${facts} FROM orders o WHERE o.uuid = $1`,
};
const oneOwnedOrder = {
  name: 'owned',
  text: `SELECT ${facts}, u.uuid AS "userUuid"
    FROM orders o JOIN users u ON u.id = o.user_id WHERE o.uuid = $1`,
};
const page = (condition: string) => `SELECT ${facts}, u.uuid AS "userUuid",
    o.created_at::text || '/' || o.id AS cursor
  FROM orders o JOIN users u ON u.id = o.user_id
  WHERE o.user_id = (SELECT id FROM users WHERE uuid = $1) ${condition}
  ORDER BY o.created_at DESC, o.id DESC LIMIT $2`;
const firstPage = { name: 'first_page', text: page('') };
const nextPage = {
  name: 'next_page',
  text: page('AND (o.created_at, o.id) < ($3::timestamptz, $4::bigint)'),
};

/** Peer (a): no framework above Fastify, no ORM, one prepared statement for each read. */
export async function serve({ databaseUrl }: PeerOptions): Promise<string> {
  const pool = new pg.Pool({ connectionString: databaseUrl, ...steadyPool });
  const app = Fastify();
  serveReads(app, pool);
  app.post<{ Body: NewOrder }>(
    '/orders',
    { schema: { body: newOrderSchema, response: { 201: placedSchema } } },
    async (request, reply) => {
      const order = await placeOrder(pool, request.body);
      if (!order) return reply.code(422).send({ message: 'A reference does not exist.' });
      return reply.code(201).send(order);
    },
  );
  return app.listen({ port: 0, host: '127.0.0.1' });
}

function serveReads(app: FastifyInstance, pool: pg.Pool): void {
  const reads = [
    ['/facts/:uuid', oneOrder, factsSchema],
    ['/owned/:uuid', oneOwnedOrder, ownedSchema],
  ] as const;
  for (const [path, query, schema] of reads) {
    app.get<{ Params: { uuid: string } }>(
      path,
      { schema: { params: id, response: { 200: schema } } },
      async ({ params }, reply) => {
        const { rows } = await pool.query({ ...query, values: [params.uuid] });
        return rows[0] ?? reply.code(404).send({ message: 'Not found' });
      },
    );
  }
  app.get<{ Params: { uuid: string }; Querystring: { limit?: number; after?: string } }>(
    '/users/:uuid/facts',
    { schema: { params: id, querystring: pageQuery, response: { 200: pageSchema } } },
    async ({ params, query: { limit = 20, after } }) => readPage(pool, params.uuid, limit, after),
  );
}

async function readPage(pool: pg.Pool, user: string, limit: number, after: string | undefined) {
  const query = after ? nextPage : firstPage;
  const values = [user, limit + 1, ...cursorValues(after)];
  const { rows } = await pool.query({ ...query, values });
  return pageOf(rows, limit);
}
