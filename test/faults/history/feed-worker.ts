import { existsSync, readFileSync } from 'node:fs';
import { appendFile, open, rename } from 'node:fs/promises';
import { argv, pid, stdin } from 'node:process';
import { Logger } from '@nestjs/common';
import { Database, dualIdDataSource } from 'nest-dual-id';
import { ChangeFeed } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';
import { consumeItems } from './followed-items.js';

// A process that consumes the feed until its input ends or it is killed. Without a file it notes
// what it handles in the database, together with the offset; with one, in the file, and the offset
// beside it.
// A lease that is lost is said so; only what ends a worker is a surprise.
Logger.overrideLogger(false);
const [, , url = '', name = '', lease = '', file] = argv;
const source = await new DataSource({
  ...dualIdDataSource({ url, poolSize: 4, entities: [] }),
  applicationName: `${name} ${pid}`,
} as never).initialize();
const database = new Database(source, {});
const feed = new ChangeFeed(database);
const stopping = new AbortController();
stdin.resume().once('end', () => stopping.abort());
const { signal } = stopping;
await (file === undefined
  ? consumeItems({ database, feed }, name, { signal, lease: Number(lease) })
  : follow(file));
await source.destroy();
process.exit();

/** Writes down what it was handed before it writes down how far it is. */
async function follow(path: string): Promise<void> {
  const offset = existsSync(`${path}.offset`)
    ? readFileSync(`${path}.offset`, 'utf8')
    : await begin(path);
  for await (const batch of feed.follow(offset, { signal, size: 500 })) {
    const lines = batch.changes.map(({ changeId, recordId }) => `\n${changeId} ${recordId};`);
    await appendFile(path, lines.join(''));
    await moveTo(path, batch.offset);
  }
}

async function begin(path: string): Promise<string> {
  const { offset, result } = await feed.snapshot(() =>
    database.manager.query('SELECT change_id, record_id FROM dual_id.changes ORDER BY change_id'),
  );
  const rows = result as { change_id: string; record_id: string }[];
  await appendFile(path, rows.map((row) => `\n${row.change_id} ${row.record_id};`).join(''));
  await moveTo(path, offset);
  return offset;
}

async function moveTo(path: string, offset: string): Promise<void> {
  const handle = await open(`${path}.next`, 'w');
  await handle.writeFile(offset);
  await handle.sync();
  await handle.close();
  await rename(`${path}.next`, `${path}.offset`);
}
