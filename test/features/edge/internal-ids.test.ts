import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { protectEdge } from 'nest-dual-id/edge';
import type { Canaries } from 'nest-dual-id/testing';
import { expectNoInternalIds, plantCanaries } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import type { Notebook } from '../testing/notebook.js';
import { Note, notebook, Owner } from '../testing/notebook.js';
import { Lines } from './edge-api.js';

let book: Notebook;
const lines = new Lines();
const most = { max: 1_000_000 };

beforeAll(async () => {
  book = await notebook();
  const limits = { address: most, credential: most, failures: most };
  await protectEdge(book.app, { log: { destination: lines }, limits, trustRequestId: true });
});
afterAll(() => book.stop());

test('no internal id is in a response or in a line of the log, whatever is asked', async () => {
  let canaries: Canaries | undefined;
  const seed = async () => {
    const source = book.app.get(DataSource);
    const owners = await source.getRepository(Owner).save([{ name: 'Ada' }, { name: 'Karl' }]);
    await source.getRepository(Note).save(owners.map((owner) => ({ owner, title: 'Note' })));
    // Those that the crawler planted.
    canaries = await plantCanaries(source);
  };
  const { requests } = await expectNoInternalIds(book.app, { seed });
  const written = await lines.read(requests / 2);
  expect(written.some(({ status }) => status === 400)).toBe(true);
  expect(lines.texts.flatMap((line) => canaries!.find(line))).toEqual([]);
});
