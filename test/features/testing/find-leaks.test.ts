import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase, Vocabulary } from 'nest-dual-id/testing';
import { Canaries, findLeaks, readVocabulary } from 'nest-dual-id/testing';
import { freshDatabase } from '../../support/database.js';
import { urlAs } from '../../support/roles.js';

const none = new Canaries([]);
let database: TestDatabase;
let vocabulary: Vocabulary;

beforeAll(async () => {
  database = await freshDatabase();
  vocabulary = await readVocabulary(urlAs('owner', database.url), new Set(['first_name']));
});

afterAll(() => database.drop());

describe('a text leaks', () => {
  test.each([
    ['a statement', 'SQL', 'error in SELECT id, uuid FROM users WHERE uuid = $1'],
    ['a condition', 'SQL', 'near WHERE "t0"."uuid" = ANY($1)'],
    ['a write', 'SQL', 'INSERT INTO "orders" (user_id)'],
    [
      'what PostgreSQL says',
      'PostgreSQL wording',
      'duplicate key value violates unique constraint',
    ],
    ['a cast that failed', 'PostgreSQL wording', 'invalid input syntax for type uuid: "42"'],
    ['a missing relation', 'PostgreSQL wording', 'relation "orderz" does not exist'],
    ['values of a row', 'PostgreSQL wording', 'Key (email)=(a@example.org) already exists.'],
    ['a constraint', 'database name', 'see orders_user_id_number_uq'],
    ['an index', 'database name', 'users_email_uq is broken'],
    ['a trigger function', 'database name', 'in dual_id.refuse_identity_change'],
    ['a column', 'column name', 'postal_code is too long'],
    ['a table', 'column name', 'no row in order_items'],
    ['a frame of a stack', 'stack frame', 'at place (file:///app/orders.js:12:3)'],
    ['a frame without a name', 'stack frame', '    at /app/dist/orders.js:12:3'],
    ['a file of the server', 'file path', 'Cannot find module in node_modules/pg'],
    ['a path of the server', 'file path', 'ENOENT: /home/app/settings.json'],
    ['an internal name', 'internal name', '{"items":[{"userId":"x"}]}'],
    ['an internal name in the depth', 'internal name', '[{"a":{"b":{"order_id":1}}}]'],
    ['the plainest name', 'internal name', '{"id":"x"}'],
  ])('%s', (_name, kind, text) => {
    expect(findLeaks(text, none, vocabulary).map((leak) => leak.kind)).toContain(kind);
  });
});

describe('a text does not leak', () => {
  test.each([
    ['prose', 'Select the products you want from the list, then update your order.'],
    ['a column that the API speaks of', 'first_name is required'],
    ['an ordinary word that is a function too', 'name is required'],
    ['properties of the API', '{"uuid":"x","userUuid":"y","valid":true,"paid":1}'],
    ['an address', '{"href":"/users/0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e/orders"}'],
    ['the id of an event', '{"specversion":"1.0","id":"x","type":"order.placed"}'],
    ['the name of an operation', '{"get":{"operationId":"list","responses":{}}}'],
  ])('with %s', (_name, text) => {
    expect(findLeaks(text, none, vocabulary)).toEqual([]);
  });
});
