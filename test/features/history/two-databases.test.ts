import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule, dualIdDataSource, Repositories } from 'nest-dual-id';
import type { FeedState, HistoryTable } from 'nest-dual-id/history';
import { ChangeFeed, FeedHealth, History, HistoryModule } from 'nest-dual-id/history';
import { openSession } from '../../support/open-session.js';
import { take } from './feed/feed-office.js';
import type { Office } from './office.js';
import { openOffice } from './office.js';
import { Person, PersonView } from './staff.js';

/** An application without HTTP, such as a worker, on a database of its own. */
interface Worker {
  readonly office: Office;
  readonly actor: string;
  readonly context: INestApplicationContext;
}

const people: HistoryTable = { table: 'people', keep: 'rows' };
const notes: HistoryTable = { table: 'notes', keep: 'ids' };
let workers: Worker[];
beforeAll(async () => {
  // The same table has another number in each of the logs.
  workers = [await start([people, notes], 'default'), await start([notes, people], 'second')];
});
afterAll(async () => {
  for (const { context, office } of workers) {
    await context.close();
    await office.stop();
  }
});

async function start(tables: readonly HistoryTable[], name: string): Promise<Worker> {
  const office = await openOffice(tables);
  const actor = randomUUID();
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...dualIdDataSource({ url: office.url, entities: [Person] }), name }),
      DualIdModule.forRoot(name === 'default' ? {} : { dataSource: name }),
      HistoryModule.forRoot({
        actor: () => actor,
        feed: { maxHorizonAge: 0.1, lookEvery: 20 },
      }),
    ],
  })
  class WorkerModule {}
  const context = await NestFactory.createApplicationContext(WorkerModule, { logger: false });
  return { office, actor, context };
}

test('two databases of one process keep their actors, histories and feeds apart', async () => {
  const uuids = await Promise.all(
    workers.map(async ({ context }, at) => {
      const feed = context.get(ChangeFeed);
      const { offset } = await feed.snapshot();
      const create = (name: string) =>
        context.get(Repositories).of(Person).create(PersonView, { name });
      const made = await Promise.all([1, 2, 3].map((n) => create(`${at} ${n}`)));
      const { changes } = await take(feed, offset, 3);
      expect(changes.map(({ table, uuid }) => [table, uuid])).toEqual(
        expect.arrayContaining(made.map(({ uuid }) => ['people', uuid])),
      );
      expect(new Set(changes.map(({ actor }) => actor))).toEqual(new Set([workers[at]!.actor]));
      return made[0]!.uuid;
    }),
  );
  for (const [at, { context, actor }] of workers.entries()) {
    const history = context.get(History);
    const { items } = await history.of(PersonView, uuids[at]!);
    expect(items).toMatchObject([
      { actorUuid: actor, value: { name: expect.stringMatching(`^${at} `) } },
    ]);
    await expect(history.of(PersonView, uuids[1 - at]!)).rejects.toMatchObject({
      code: 'not_found',
    });
  }
});

test('the health of the feed is looked at in an application without HTTP', async () => {
  const [{ office, context }] = workers as [Worker, Worker];
  const untilItIs = async (status: FeedState['status']) => {
    while (context.get(FeedHealth).check().status !== status) await sleep(20);
  };
  await untilItIs('ok');
  const session = await openSession(office.url, `INSERT INTO notes VALUES (1, '', '')`);
  await untilItIs('degraded');
  await session.query('ROLLBACK');
  await session.end();
  await untilItIs('ok');
});
