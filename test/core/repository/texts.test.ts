import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDualId, DualId, DualIdEntity, Field, View } from 'nest-dual-id';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { Column } from 'typeorm';
import type { Library } from '../../support/library/library.js';
import { openLibrary, sql } from '../../support/library/library.js';
import { noise } from '../../support/noise.js';

class Place {
  @Column({ type: 'text', nullable: true }) town!: string | null;
}

@DualId({ table: 'leaflets' })
class Leaflet extends DualIdEntity {
  @Column({ type: 'text', unique: true }) title!: string;
  @Column({ type: 'text', nullable: true }) subject!: string | null;
  @Column({ type: 'text', array: true, nullable: true }) words!: string[] | null;
  @Column({ type: 'jsonb', nullable: true }) options!: object | null;
  @Column(() => Place) place!: Place;
}

@View(Leaflet)
class LeafletView {
  @Field() uuid!: PublicId<Leaflet>;
  @Field() title!: string;
}

let library: Library;
beforeAll(async () => {
  library = await openLibrary({}, [Leaflet], async (runner: SchemaRunner) => {
    await runner.query(`CREATE TABLE leaflets (title text NOT NULL, subject text, words text[],
      options jsonb, place_town text)`);
    await runner.query('CREATE UNIQUE INDEX leaflets_title_uq ON leaflets (title)');
    await runner.query('CREATE INDEX leaflets_subject_ix ON leaflets (lower(subject))');
    await runner.query('CREATE INDEX leaflets_place_town_ix ON leaflets (place_town)');
    await runner.query('CREATE INDEX leaflets_words_ix ON leaflets USING gin (words)');
    await addDualId(runner, { table: 'leaflets' });
  });
});
afterAll(() => library.close());

const leaflets = () => library.repositories.of(Leaflet);
const refused = (pointer: string, detail: string) => ({
  code: 'rule_violated',
  definition: { status: 422 },
  details: { errors: [{ pointer, detail }] },
});

/** Texts too long for an index: more than a third of a page, and more than a page. */
const tooLong: [string, object][] = [3000, 30_000].flatMap((length): [string, object][] => [
  ['/title', { title: noise(length) }],
  ['/subject', { subject: noise(length) }],
  ['/place/town', { place: { town: noise(length) } }],
]);
const unstorable: [string, object][] = ['a\0b', '\ud800', 'a\udc00'].flatMap(
  (text): [string, object][] => [
    ['/title', { title: text }],
    ['/place/town', { place: { town: text } }],
    ['/words', { words: ['fine', text] }],
    ['/options', { options: { a: [{ b: text }] } }],
    ['/options', { options: { [text]: 1 } }],
  ],
);

describe.each([
  ['is too long for an index', 'is too long', tooLong],
  ['cannot be stored', 'is not a text that can be stored', unstorable],
])('a text that %s', (_, detail, inputs) => {
  test.each(inputs)('is refused by name: %s', async (pointer, input) => {
    const whole = { title: `t${noise(40)}`, ...input };
    await expect(leaflets().create(LeafletView, whole)).rejects.toMatchObject(
      refused(pointer, detail),
    );
    const { uuid } = await leaflets().create(LeafletView, { title: `${Math.random()}` });
    await expect(leaflets().update(LeafletView, uuid, input)).rejects.toMatchObject(
      refused(pointer, detail),
    );
  });
});

test('a text among many is refused with its place', async () => {
  const many = (title: string) =>
    leaflets().createMany(LeafletView, [{ title: 'first of many' }, { title }]);
  await expect(many(noise(30_000))).rejects.toMatchObject(refused('/1/title', 'is too long'));
  await expect(many('\0')).rejects.toMatchObject(
    refused('/1/title', 'is not a text that can be stored'),
  );
});

test('a refused text takes no other with it that is created at the same time', async () => {
  const titles = ['one', noise(30_000), 'two', noise(3000), '\ud800', 'three'];
  const made = await Promise.allSettled(
    titles.map((title) => leaflets().create(LeafletView, { title })),
  );
  expect(made.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ]);
});

test('text that only resembles an escape is stored as is, and so is a whole pair', async () => {
  const options = { '\\u0000': '\\ud800 \\\\u0000', pair: '\ud83d\ude00', quote: '"\\"' };
  const title = '\ud83d\ude00 \\u0000';
  await leaflets().create(LeafletView, { title, options });
  const [row] = await sql(library, `SELECT title, options FROM leaflets WHERE options IS NOT NULL`);
  expect(row).toEqual({ title, options });
});

test('a text that is long and compressible fits', async () => {
  const title = 'again and '.repeat(2000);
  expect((await leaflets().create(LeafletView, { title })).title).toBe(title);
});
