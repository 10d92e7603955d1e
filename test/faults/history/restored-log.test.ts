import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DualId, DualIdEntity, Field, View } from 'nest-dual-id';
import { Column } from 'typeorm';
import { openHistory } from '../../../src/features/history/journal/open-history.js';
import { Random } from '../../../src/shop/generate/random.js';
import { describeWhere } from '../../support/conditions.js';
import { ownedDatabase, runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';
import { OwnServer } from '../load/own-server.js';
import { dumpMajor, pgProgram } from '../pg-programs.js';
import type { FeedInstance } from './feed-instance.js';
import { feedInstance } from './feed-instance.js';
import type { FollowedItems } from './followed-items.js';
import { consumeItems, followedItems, haveAll, judgeHandled } from './followed-items.js';

@DualId({ table: 'items' })
class Item extends DualIdEntity {
  @Column('int') amount!: number;
}

@View(Item)
class ItemView {
  @Field() amount!: number;
}

const major = await dumpMajor();
const seed = process.env['FAULT_SEED'] ?? String(Date.now());
const random = new Random(seed);
const file = join(tmpdir(), `dual-id-feed-${random.next()}.dump`);

describeWhere(major === 15 || major === 18, 'pg_dump')('a log that pg_dump moved', () => {
  const servers: OwnServer[] = [];
  const instances: FeedInstance[] = [];
  let here: FollowedItems;
  let there: FollowedItems;
  /** Offsets that consumers store elsewhere: from before the dump, and from after it. */
  let offsets: Record<'before' | 'after' | 'fresh', string>;
  let versions: unknown[];

  beforeAll(async () => {
    process.stdout.write(`FAULT_SEED=${seed}\n`);
    for (let count = 0; count < 2; count += 1)
      servers.push(await OwnServer.start(major as 15 | 18));
    here = await followedItems(servers[0]!.url, 'followed');
    await useTransactions(here, 1_000 + random.below(1_000));
    const opened = await instance(here);
    const { feed } = opened;
    await change(here, 1, 100);
    await consumeAll(opened, here);
    const begun = await feed.snapshot();
    await change(here, 101, 200);
    const before = await lastOffset(feed, begun.offset);
    // Neither consumer has handled these when the dump is made.
    await change(here, 201, 300);
    await pgProgram('pg_dump', ['-Fc', '-f', file, here.superuser]);
    versions = await versionsOf(here);
    await change(here, 301, 400);
    const after = await lastOffset(feed, before);
    offsets = { before, after, fresh: (await feed.snapshot()).offset };
    const superuser = await ownedDatabase(servers[1]!.url, 'followed');
    await pgProgram('pg_restore', ['--exit-on-error', '-d', superuser, file]);
    there = { superuser, application: urlAs('application', superuser) };
  }, 120_000);
  afterAll(async () => {
    for (const { source } of instances) await source.destroy();
    for (const server of servers) await server.stop();
    rmSync(file, { force: true });
  });

  async function instance(items: FollowedItems): Promise<FeedInstance> {
    const opened = await feedInstance(items.application, [Item]);
    instances.push(opened);
    return opened;
  }

  /** The history of an item, but for what is sealed for whoever asks. */
  async function versionsOf(items: FollowedItems): Promise<unknown[]> {
    const { source, database } = await instance(items);
    const [row] = await runSql<{ uuid: string }>(
      items.superuser,
      'SELECT uuid FROM items WHERE id = 201',
    );
    const page = await openHistory(source, database).of(ItemView, row!.uuid);
    return page.items.map((item) => ({ ...item, version: undefined }));
  }

  describe('into another cluster', () => {
    test('has its histories as they were', async () => {
      expect(versions).toHaveLength(2);
      expect(await versionsOf(there)).toEqual(versions);
    });

    test('is refused to consumers, with the call that cures it', async () => {
      const moved = expect.objectContaining({
        code: 'cluster_changed',
        message: expect.stringMatching(/SELECT dual_id\.begin_feed_epoch\(\)/),
      });
      const opened = await instance(there);
      await expect(consumeItems(opened, 'mirror', {})).rejects.toEqual(moved);
      await expect(recordsAfter(opened, offsets.before)).rejects.toEqual(moved);
      await expect(opened.feed.snapshot()).rejects.toEqual(moved);
    });

    test('goes on for consumers once it was told of the cluster, with nothing lost', async () => {
      await runSql(urlAs('owner', there.superuser), 'SELECT dual_id.begin_feed_epoch()');
      await change(there, 501, 600);
      const opened = await instance(there);
      const rest = numbers(201, 300).concat(numbers(501, 600));
      expect(await recordsAfter(opened, offsets.before)).toEqual(rest);
      await consumeAll(opened, there);
      const [handled] = await judgeHandled(there.superuser);
      process.stdout.write(`${JSON.stringify(handled)}\n`);
      expect(handled).toMatchObject({
        consumer: 'mirror',
        lost: 0,
        repeated: 0,
        stale: 0,
        unwritten: 0,
        outdated: 0,
      });
    });

    test.each(['after', 'fresh'] as const)(
      'is behind a consumer whose offset is %s the dump, which is told so',
      async (from) => {
        const opened = await instance(there);
        await expect(recordsAfter(opened, offsets[from])).rejects.toMatchObject({
          code: 'offset_ahead',
        });
      },
    );
  });
});

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, place) => String(first + place));

const change = (items: FollowedItems, first: number, last: number) =>
  runSql(
    items.application,
    `UPDATE items SET amount = amount + 1 WHERE id BETWEEN ${first} AND ${last}`,
  );

/** Transaction ids of the other cluster are far from those here. */
const useTransactions = (items: FollowedItems, count: number) =>
  runSql(items.superuser, burn(count));

const burn = (count: number) => `DO $$ BEGIN FOR i IN 1..${count} LOOP
    PERFORM pg_current_xact_id(); COMMIT;
  END LOOP; END $$`;

async function recordsAfter({ feed }: FeedInstance, offset: string): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const { changes } of feed.read(offset))
    records.push(...changes.map(({ recordId }) => recordId));
  return records;
}

async function lastOffset(feed: FeedInstance['feed'], from: string): Promise<string> {
  let last = from;
  for await (const { offset } of feed.read(from)) last = offset;
  return last;
}

/** Lets the consumer of the database handle what there is. */
async function consumeAll(opened: FeedInstance, items: FollowedItems): Promise<void> {
  const stopping = new AbortController();
  const running = consumeItems(opened, 'mirror', { signal: stopping.signal });
  const giveUpAt = performance.now() + 30_000;
  while (!(await haveAll(items.superuser, ['mirror'])) && performance.now() < giveUpAt)
    await sleep(50);
  stopping.abort();
  await running;
}
