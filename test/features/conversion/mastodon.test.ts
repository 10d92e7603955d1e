import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

/**
 * Tables of Mastodon, a Rails application, as its schema describes them: bigint keys from a function
 * of the time, references of a row to others of its table, partial and descending indexes, a join
 * table whose key is both references, and a materialized view.
 */
const tables = [
  `CREATE FUNCTION timestamp_id(name text) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
     RETURN (floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint << 16)
       | (nextval(name || '_id_seq') & 65535);
   END $$`,
  'CREATE SEQUENCE accounts_id_seq',
  'CREATE SEQUENCE statuses_id_seq',
  `CREATE TABLE accounts (
     id bigint PRIMARY KEY DEFAULT timestamp_id('accounts'),
     username varchar NOT NULL DEFAULT '',
     moved_to_account_id bigint REFERENCES accounts (id) ON DELETE SET NULL,
     created_at timestamp NOT NULL)`,
  'CREATE UNIQUE INDEX index_accounts_on_username_lower ON accounts (lower(username))',
  `CREATE INDEX index_accounts_on_moved_to_account_id ON accounts (moved_to_account_id)
     WHERE moved_to_account_id IS NOT NULL`,
  `CREATE TABLE statuses (
     id bigint PRIMARY KEY DEFAULT timestamp_id('statuses'),
     text text NOT NULL DEFAULT '',
     account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
     in_reply_to_id bigint REFERENCES statuses (id) ON DELETE SET NULL,
     in_reply_to_account_id bigint REFERENCES accounts (id) ON DELETE SET NULL,
     reblog_of_id bigint REFERENCES statuses (id) ON DELETE CASCADE,
     visibility integer NOT NULL DEFAULT 0,
     reply boolean NOT NULL DEFAULT false,
     deleted_at timestamp,
     created_at timestamp NOT NULL)`,
  `CREATE INDEX index_statuses_20190820 ON statuses (account_id, id DESC, visibility, created_at)
     WHERE deleted_at IS NULL`,
  `CREATE INDEX index_statuses_public_20200119 ON statuses (id DESC, account_id)
     WHERE deleted_at IS NULL AND visibility = 0 AND reblog_of_id IS NULL
       AND (NOT reply OR in_reply_to_account_id = account_id)`,
  `CREATE INDEX index_statuses_on_in_reply_to_id ON statuses (in_reply_to_id)
     WHERE in_reply_to_id IS NOT NULL`,
  'CREATE INDEX index_statuses_on_reblog_of_id_and_account_id ON statuses (reblog_of_id, account_id)',
  `CREATE TABLE follows (
     id bigserial PRIMARY KEY,
     account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
     target_account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE)`,
  `CREATE UNIQUE INDEX index_follows_on_account_id_and_target_account_id
     ON follows (account_id, target_account_id)`,
  `CREATE TABLE status_stats (
     id bigserial PRIMARY KEY,
     status_id bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
     favourites_count bigint NOT NULL DEFAULT 0)`,
  'CREATE UNIQUE INDEX index_status_stats_on_status_id ON status_stats (status_id)',
  'CREATE TABLE tags (id bigserial PRIMARY KEY, name varchar NOT NULL UNIQUE)',
  `CREATE TABLE statuses_tags (
     status_id bigint NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
     tag_id bigint NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
     PRIMARY KEY (tag_id, status_id))`,
  'CREATE INDEX index_statuses_tags_on_status_id ON statuses_tags (status_id)',
  `INSERT INTO accounts (username, created_at)
     SELECT 'user' || n, timestamp '2020-01-01' + n * interval '1 hour' FROM generate_series(1, 200) n`,
  `UPDATE accounts a SET moved_to_account_id = b.id FROM accounts b
     WHERE a.username LIKE 'user%9' AND b.username = 'user1'`,
  `INSERT INTO statuses (text, account_id, created_at, visibility)
     SELECT a.username || ' says ' || n, a.id, a.created_at + n * interval '1 minute', n % 3
     FROM accounts a, generate_series(1, 10) n`,
  `UPDATE statuses s SET in_reply_to_id = p.id, in_reply_to_account_id = p.account_id, reply = true
     FROM statuses p WHERE s.text LIKE '% 2' AND p.text = replace(s.text, ' 2', ' 1')`,
  `UPDATE statuses s SET reblog_of_id = p.id FROM statuses p
     WHERE s.text LIKE '% 3' AND p.text = 'user1 says 1'`,
  `INSERT INTO follows (account_id, target_account_id) SELECT a.id, b.id FROM accounts a, accounts b
     WHERE a.username <> b.username AND b.username LIKE 'user1%'`,
  `INSERT INTO status_stats (status_id, favourites_count)
     SELECT id, length(text) FROM statuses WHERE text LIKE '% 1'`,
  `INSERT INTO tags (name) SELECT 'tag' || n FROM generate_series(1, 5) n`,
  `INSERT INTO statuses_tags SELECT s.id, t.id FROM statuses s, tags t WHERE s.text LIKE '% ' || t.id`,
  `CREATE MATERIALIZED VIEW account_summaries AS
     SELECT a.id AS account_id, count(*) AS statuses FROM accounts a
     JOIN statuses s ON s.account_id = a.id GROUP BY a.id`,
];

/** The meaning of all rows by their texts, with keys and references by these names. */
const meaning = (status: string, account: string, of: (name: string) => string) => `
  SELECT md5(string_agg(line, E'\n' ORDER BY line)) AS digest, count(*)::int AS lines FROM (
    SELECT concat_ws('|', s.text, a.username, r.text, ra.username, b.text) AS line
      FROM statuses s JOIN accounts a ON a.${account} = s.${of('account')}
      LEFT JOIN statuses r ON r.${status} = s.${of('in_reply_to')}
      LEFT JOIN accounts ra ON ra.${account} = s.${of('in_reply_to_account')}
      LEFT JOIN statuses b ON b.${status} = s.${of('reblog_of')}
    UNION ALL SELECT concat_ws('>', a.username, b.username) FROM follows f
      JOIN accounts a ON a.${account} = f.${of('account')}
      JOIN accounts b ON b.${account} = f.${of('target_account')}
    UNION ALL SELECT concat_ws('#', s.text, t.name) FROM statuses_tags st
      JOIN statuses s ON s.${status} = st.${of('status')} JOIN tags t ON t.id = st.tag_id
    UNION ALL SELECT concat_ws('=', s.text, x.favourites_count) FROM status_stats x
      JOIN statuses s ON s.${status} = x.${of('status')}) lines`;

describe('the tables of Mastodon', () => {
  let stock: Stock;
  let before: readonly object[];
  beforeAll(async () => {
    stock = await openStock(tables);
    before = await stock.rows(meaning('id', 'id', (name) => `${name}_id`));
  }, 60_000);
  afterAll(() => stock.stop());

  test('get UUIDv7 keys for statuses, with the same meaning', async () => {
    const plan = await stock.conversions.plan({ table: 'statuses', kind: 'uuid-key' });
    expect(plan.notes.filter(({ kind }) => kind === 'refused')).toEqual([]);
    await stock.conversions.start(plan);
    await stock.conversions.contract('statuses');
    const ofStatus = /^(?:in_reply_to|reblog_of|status)$/;
    const after = meaning('uuid', 'id', (name) => `${name}_${ofStatus.test(name) ? 'uuid' : 'id'}`);
    expect(await stock.rows(after)).toEqual(before);
  }, 60_000);

  test('tell before the contract which view is in its way', async () => {
    const plan = await stock.conversions.plan({ table: 'accounts', kind: 'uuid-key' });
    expect(plan.notes.filter(({ kind }) => kind === 'refused')).toEqual([]);
    expect(
      plan.notes.filter(({ kind }) => kind === 'before-contract').map(({ text }) => text),
    ).toEqual([expect.stringContaining('account_summaries')]);
    await stock.rows('DROP MATERIALIZED VIEW account_summaries');
  });

  test('get UUIDv7 keys for accounts next, with the same meaning', async () => {
    await stock.conversions.start(
      await stock.conversions.plan({ table: 'accounts', kind: 'uuid-key' }),
    );
    await stock.conversions.contract('accounts');
    expect(await stock.rows(meaning('uuid', 'uuid', (name) => `${name}_uuid`))).toEqual(before);
    const indexes = await stock.rows<{ name: string; on: string }>(
      `SELECT indexname AS name, substring(indexdef FROM 'USING (.*)$') AS on FROM pg_indexes
       WHERE tablename = 'statuses' ORDER BY 1`,
    );
    expect(indexes.map(({ on }) => on)).toEqual(
      expect.arrayContaining([
        'btree (account_uuid, id DESC, visibility, created_at) WHERE (deleted_at IS NULL)',
        'btree (reblog_of_uuid, account_uuid)',
        expect.stringContaining('(in_reply_to_account_uuid = account_uuid)'),
      ]),
    );
  }, 60_000);
});
