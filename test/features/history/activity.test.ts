import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Canaries } from 'nest-dual-id/testing';
import { plantCanaries } from 'nest-dual-id/testing';
import type { Archive } from './archive.js';
import {
  LabelView,
  LineView,
  openArchive,
  Paper,
  PaperView,
  Writer,
  WriterView,
} from './archive.js';
import { paperOf } from './archive-rows.js';

let archive: Archive;
let canaries: Canaries;
let writer: string;
let paper: string;
beforeAll(async () => {
  archive = await openArchive();
  canaries = await plantCanaries(archive.owner);
  writer = (await archive.repositories.of(Writer).create(WriterView, { name: 'Ada' } as never))
    .uuid;
  paper = await paperOf(archive, writer);
});
afterAll(() => archive.stop());

const grace = '6b0a6f0e-6f3c-4f3a-9f39-6d0c8d1f0a11';
const as = (actor: string, text: string) =>
  archive.sql(`BEGIN; SET LOCAL dual_id.actor = '${actor}'; ${text}; COMMIT`);
const views = [WriterView, PaperView, LineView];

describe('what somebody did', () => {
  test('is listed over all views, the newest first', async () => {
    await as(grace, `UPDATE papers SET title = 'Second' WHERE uuid = '${paper}'`);
    await as(grace, `UPDATE writers SET city = 'Bern' WHERE uuid = '${writer}'`);
    await as(
      grace,
      `INSERT INTO paper_lines SELECT id, 1, 'x' FROM papers WHERE uuid = '${paper}'`,
    );
    await as('00000000-0000-4000-8000-000000000001', "UPDATE papers SET title = 'Third'");
    const { items } = await archive.history.byActor(grace, views);
    expect(items).toMatchObject([
      { view: LineView, uuid: null, operation: 'created', after: { paperUuid: paper, line: 1 } },
      { view: WriterView, uuid: writer, before: { city: null }, after: { city: 'Bern' } },
      { view: PaperView, uuid: paper, before: { title: 'First' }, after: { title: 'Second' } },
    ]);
    for (const { actorUuid } of items) expect(actorUuid).toBe(grace);
    const page = await archive.history.byActor(grace, views, { limit: 2 });
    const rest = await archive.history.byActor(grace, views, { limit: 2, after: page.nextCursor! });
    expect([...page.items, ...rest.items].map(({ view }) => view)).toEqual(
      items.map(({ view }) => view),
    );
    expect(rest.nextCursor).toBeNull();
    expect((await archive.history.byActor(grace, [PaperView])).items).toHaveLength(1);
    await expect(
      archive.history.byActor(grace, [PaperView], { after: page.nextCursor! }),
    ).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('can be asked for where nobody was named', async () => {
    await archive.sql("UPDATE papers SET title = 'Raw'");
    const { items } = await archive.history.byActor(null, views, { limit: 1 });
    expect(items[0]).toMatchObject({ actorUuid: null, after: { title: 'Raw' } });
  });

  test('is found by what was changed together with it', async () => {
    await archive.sql(`BEGIN; UPDATE papers SET title = 'Both'; UPDATE writers SET city = 'Both';
      COMMIT`);
    const { items } = await archive.history.of(PaperView, paper, { limit: 1 });
    const together = await archive.history.byTransaction(items[0]!.version, views);
    expect(together.items.map(({ view, after }) => [view, after])).toEqual([
      [WriterView, { city: 'Both' }],
      [PaperView, { title: 'Both' }],
    ]);
  });
});

describe('the links of an entity', () => {
  test('tell from both sides who made them, and when', async () => {
    const link = `SELECT p.id, w.id FROM papers p, writers w
      WHERE p.uuid = '${paper}' AND w.uuid = '${writer}'`;
    await as(grace, `INSERT INTO paper_readers ${link}`);
    await archive.sql('DELETE FROM paper_readers');
    const { items, nextCursor } = await archive.history.links(Paper, 'readers', paper, {
      limit: 1,
    });
    expect(items).toMatchObject([{ operation: 'removed', uuid: writer, actorUuid: null }]);
    const rest = await archive.history.links(Paper, 'readers', paper, { after: nextCursor! });
    expect(rest).toEqual({
      items: [{ operation: 'added', uuid: writer, actorUuid: grace, changedAt: expect.any(Date) }],
      nextCursor: null,
    });
    await archive.sql('DELETE FROM writers WHERE uuid = $1', [writer]).catch(() => undefined);
    const again = await archive.history.links(Paper, 'readers', paper);
    expect(again.items.map(({ uuid }) => uuid)).toEqual([writer, writer]);
  });

  test('are refused for a relation that is not logged', async () => {
    await expect(archive.history.links(Paper, 'writer', paper)).rejects.toMatchObject({
      code: 'setup_refused',
    });
  });
});

test.each([0, -1, 1.5, 101, Number.NaN, '5'])('no page has %p changes', async (size) => {
  const asked = { limit: size as number };
  for (const page of [
    () => archive.history.of(PaperView, paper, asked),
    () => archive.history.byActor(null, views, asked),
    () => archive.history.links(Paper, 'readers', paper, asked),
  ])
    await expect(page()).rejects.toMatchObject({
      code: 'invalid_query',
      message: expect.stringContaining('limit is not'),
    });
});

test.each(['7', '', 'admin', undefined])('nobody has the public id %p', async (actor) => {
  await expect(archive.history.byActor(actor as string, views)).rejects.toMatchObject({
    code: 'invalid_query',
    message: expect.stringContaining('actorUuid is neither'),
  });
});

describe('no answer', () => {
  test('shows a number of the database, as an image or as a number of the log', async () => {
    await archive.sql(`INSERT INTO paper_lines SELECT id, 9, 'x' FROM papers; UPDATE papers SET pages = 3;
      INSERT INTO labels (text) VALUES ('x'); UPDATE papers SET label_id = (SELECT id FROM labels);
      DELETE FROM paper_lines; UPDATE papers SET label_id = NULL; DELETE FROM labels`);
    const { history } = archive;
    const { items } = await history.of(PaperView, paper, { limit: 100 });
    const answers = [
      items,
      await history.of(LineView, paper),
      await history.of(WriterView, writer),
      await history.asOf(PaperView, paper, new Date()),
      await history.diff(PaperView, paper, items.at(-1)!.validFrom, new Date()),
      await history.byActor(null, [...views, LabelView], { limit: 100 }),
      await history.byTransaction(items[0]!.version, views),
      await history.links(Paper, 'readers', paper),
    ];
    const logged = await archive.sql('SELECT old, new FROM dual_id.changes');
    expect(canaries.find(JSON.stringify(logged)).map(({ source }) => source)).toEqual(
      expect.arrayContaining(['papers.id', 'writers.id', 'labels.id']),
    );
    for (const answer of answers) {
      const text = JSON.stringify(answer);
      expect(text.length).toBeGreaterThan(50);
      expect(canaries.find(text)).toEqual([]);
    }
  });
});
