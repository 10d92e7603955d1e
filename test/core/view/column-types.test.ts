import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from '../../support/library/library.js';
import { showsInternalId } from '../../support/library/library.tables.js';
import type { ServedMuseum } from '../../support/specimen/specimen.api.js';
import { serveMuseum } from '../../support/specimen/specimen.api.js';
import { Cabinet, Specimen } from '../../support/specimen/specimen.entities.js';
import { CabinetView, SpecimenView } from '../../support/specimen/specimen.views.js';

type Item = Record<string, unknown>;
let museum: ServedMuseum;
beforeAll(async () => {
  museum = await serveMuseum();
});
afterAll(() => museum.close());

async function itemsOf(path: string): Promise<Item[]> {
  return (await museum.api.get(path)).body.items as Item[];
}

const full = {
  small: -32_768,
  whole: 2_147_483_647,
  count: '9007199254740993',
  amount: '12345678901234567890.123456789',
  ratio: 0.1,
  precise: 1.797_693_134_862_315_7e308,
  flag: false,
  note: 'quote " back \\ line\n\u2028 😀',
  code: 'abc',
  letters: 'ab ',
  nick: 'Nick',
  ticket: '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e',
  seenAt: '2026-01-15T07:30:00.123Z',
  localAt: new Date('2026-01-15T09:30:00.900').toISOString(),
  seenOn: '0099-12-31',
  opens: '24:00:00',
  closes: '23:59:59.999999+05:30',
  span: '1 mon 2 days 03:04:05.678',
  host: '10.0.0.1/8',
  net: '10.0.0.0/8',
  cut: 'cut',
  grade: 2,
  cuts: ['raw', null, 'cut'],
  counts: ['9007199254740993', null, '-1'],
  amounts: ['0.10', null, '12345678901234567890.5'],
  words: ['a,b', null, ''],
  nicks: ['Nick', null],
  flags: [true, null, false],
  moments: ['1969-12-31T23:59:59.999Z', null],
  days: ['2026-02-28', null],
  settings: { name: 'x', tags: ['a'] },
  raw: { name: 'y', tags: [] },
  parts: [{ name: 'z', tags: [] }, null],
  price: '4.20',
  width: 2.5,
  wholes: 1,
  sameMoment: '2026-01-15T07:30:00.123Z',
  sameAmount: '12345678901234567890.123456789',
  sameWords: ['a,b', null, ''],
  sameSettings: { name: 'x', tags: ['a'] },
};
const empty = Object.fromEntries(Object.keys(full).map((property) => [property, null]));

describe('a column of every type', () => {
  test('is shown exactly, and its nulls stay null', async () => {
    const [first, second] = await itemsOf('/specimens');
    expect(first).toMatchObject(full);
    expect(second).toMatchObject(empty);
    expect(Object.keys(first!)).toEqual(['uuid', 'cabinetUuid', ...Object.keys(full)]);
  });

  test('is the same behind a to-one relation, and absent with its row', async () => {
    const labels = await itemsOf('/labels');
    const behind = new Map(labels.map(({ specimenUuid, specimen }) => [specimenUuid, specimen]));
    for (const specimen of await itemsOf('/specimens')) {
      expect(behind.get(specimen['uuid'])).toEqual(specimen);
    }
    expect(behind.get(null)).toBeNull();
  });

  test('is the same in a list', async () => {
    const [cabinet] = await itemsOf('/cabinets');
    expect(cabinet!['specimens']).toEqual(await itemsOf('/specimens'));
  });

  test.each(['/specimens', '/labels', '/cabinets'])(
    'of %s is returned without ids',
    async (path) => {
      const { text } = await museum.api.get(path);
      expect(showsInternalId(text)).toBe(false);
      expect(text).not.toMatch(/"id"|77[,}"]/);
    },
  );

  test('is not shared by two reads of one row', async () => {
    const cabinets = museum.repositories.of(Cabinet);
    const [{ uuid }] = (await itemsOf('/cabinets')) as [{ uuid: never }];
    const reads = [cabinets.get(CabinetView, uuid), cabinets.get(CabinetView, uuid)];
    const [one, other] = (await Promise.all(reads)).map(({ specimens }) => specimens[0]!);
    const specimens = museum.repositories.of(Specimen);
    const direct = [0, 1].map(() => specimens.get(SpecimenView, one!.uuid as never));
    const [third, fourth] = await Promise.all(direct);
    for (const [changed, kept] of [
      [one!, other!],
      [third!, fourth!],
    ] as const) {
      Object.assign(changed.settings!, { name: 'changed' });
      changed.words!.pop();
      changed.moments![0]!.setFullYear(1900);
      expect(kept.settings).toMatchObject({ name: 'x' });
      expect(kept.words).toHaveLength(3);
      expect(kept.moments![0]!.getFullYear()).toBeGreaterThan(1960);
    }
  });

  test.each(['Infinity', '-Infinity', 'NaN'])('shows the float %s as null', async (float) => {
    await sql(museum, `UPDATE specimens SET precise = '${float}' WHERE small IS NULL`);
    expect((await itemsOf('/specimens'))[1]!['precise']).toBeNull();
    await sql(museum, 'UPDATE specimens SET precise = NULL WHERE small IS NULL');
  });
});
