import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differencesOf } from '../../../src/features/explorer/page/fields.js';
import type { Api } from '../../support/api.js';
import { testWhere } from '../../support/conditions.js';
import type { Chronicle } from './chronicle.js';
import { forNobody, openChronicle, papersOnly } from './chronicle.js';
import type { Lives } from './lives.js';
import { live, script, stranger } from './lives.js';

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const visitor = fileURLToPath(new URL('visit-history.js', import.meta.url));
const here = existsSync(chromium);
const inBrowser = testWhere(here, 'browser');

/** What the page showed of each. */
interface Visits {
  readonly [name: string]: any;
}

let chronicle: Chronicle;
let made: Lives;
let seen: Visits;
const running: Api[] = [];
beforeAll(async () => {
  if (!here) return;
  chronicle = await openChronicle();
  made = await live(chronicle);
  seen = await lookAt(await addresses());
}, 170_000);
afterAll(async () => {
  for (const api of running) await api.close();
  await chronicle?.stop();
});

/** The addresses at which they are looked at, in applications that differ. */
async function addresses(): Promise<Record<string, string>> {
  const start = async (name: keyof Lives, starting: Promise<Api>) => {
    const api = await starting;
    running.push(api);
    const url = `${await api.app.getUrl()}/api/explorer`;
    return (other = name) => `${url}#${made[other]}`;
  };
  const whole = await start('paper', chronicle.start());
  const of = (...names: (keyof Lives)[]) => names.map((name) => [name, whole(name)]);
  return {
    ...Object.fromEntries(of('paper', 'hostile', 'busy', 'gone', 'erased', 'kept')),
    offline: whole(),
    absent: (await start('paper', chronicle.startWithout()))(),
    refused: (await start('paper', chronicle.start(forNobody)))(),
    viewless: (await start('ada', chronicle.start(papersOnly)))(),
  };
}

async function lookAt(places: Record<string, string>): Promise<Visits> {
  const pictures = process.env['EXPLORER_PICTURES'];
  const args = [visitor, chromium, JSON.stringify(places), ...(pictures ? [pictures] : [])];
  const options = { env: { ...process.env, NODE_OPTIONS: '' }, timeout: 150_000, maxBuffer: 1e8 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout) as Visits;
}

/** The rows of the entries of a timeline, each with its name, what it was and what it became. */
const rows = (name: string) => seen[name].entries.map((entry: any) => entry.fields);
const headings = (name: string) =>
  seen[name].entries.map(({ heading }: any) => heading.split(' ')[0]);

describe('the history of an entity', () => {
  inBrowser('is a list of changes with their times, the newest first', () => {
    const { entries } = seen['paper'];
    expect(headings('paper')).toEqual([...Array(5).fill('changed'), 'created']);
    const times = entries.map(({ time }: any) => time);
    expect(times).toEqual(times.toSorted().toReversed());
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/);
  });

  inBrowser('shows what each change did to the properties', () => {
    const [ignored, redacted, nested, reference, ordinary, created] = rows('paper');
    expect(ignored).toEqual([]);
    expect(seen['paper'].entries[0].text).toContain('None of the properties shown here changed.');
    expect(redacted).toEqual([['secret', 'before: ***', 'after: ***']]);
    expect(nested).toEqual([['notes.place.city', 'before: Bern', 'after: Thun']]);
    const { ada, bob, paper } = made;
    expect(reference).toEqual([['author', `before: ${ada}`, `after: ${bob}`]]);
    expect(ordinary).toEqual([
      ['title', 'before: Notes on bees', 'after: On bees'],
      ['pages', 'before: 36', 'after: null'],
    ]);
    expect(created).toContainEqual(['uuid', `after: ${paper}`]);
    expect(created).toContainEqual(['title', 'after: Notes on bees']);
  });

  inBrowser(
    'links who made a change and what an entity refers to, if the registry knows it',
    () => {
      const [, , byStranger, byBob, byAda, byNobody] = seen['paper'].entries;
      const { ada, bob } = made;
      expect(byAda.text).toContain(`By writer ${ada}`);
      expect(byAda.links).toEqual([`#${ada}`]);
      expect(byBob.links).toEqual([`#${bob}`, `#${ada}`, `#${bob}`]);
      expect(byStranger.text).toContain(`By ${stranger}`);
      expect(byStranger.links).toEqual([]);
      expect(byNobody.text).toContain('Nobody was named.');
    },
  );

  inBrowser('shows the whole record after a change', () => {
    const [, , , , ordinary] = seen['paper'].unfolded;
    expect(ordinary.text).toMatch(/The whole record then\s+uuid[^]+title\s+On bees\s+pages\s+null/);
  });

  inBrowser('shows what it was at a chosen time', () => {
    const [before, first, now] = seen['paper'].past;
    expect(before).toContain('It did not exist then');
    expect(first).toMatch(/title\s+Notes on bees\s+pages\s+36/);
    expect(first).not.toContain('until now');
    expect(now).toMatch(/until now[^]+title\s+On bees\s+pages\s+null/);
  });

  inBrowser('of 500 changes is read page by page, each once', () => {
    const { more, entries, unfolded } = seen['busy'];
    expect(entries).toHaveLength(20);
    expect(more.pages).toBe(25);
    const pages = unfolded.flatMap(({ fields }: any) => fields.map(([, , after]: any) => after));
    const counted = Array.from({ length: 499 }, (_, index) => `after: ${499 - index}`);
    expect(pages.slice(0, 499)).toEqual(counted);
    expect(unfolded).toHaveLength(500);
    expect(more.focus).toBe(unfolded[480].time);
  });

  inBrowser('shows texts as texts, whatever is in them', () => {
    const [, ends, , , , first, created] = rows('hostile');
    expect(created).toContainEqual(['title', `after: ${script}`]);
    expect(first).toEqual([['title', `before: ${script}`, 'after: empty text']]);
    expect(seen['hostile'].hacked).toBe(false);
    const [[, before, after]] = ends;
    expect(before).toMatch(/^before: ….{0,240}end all 60003 characters$/);
    expect(after).toMatch(/^after: ….{0,50}END.{0,240}… all 120003 characters$/);
    expect(seen['hostile'].unfolded[1].text.length).toBeGreaterThan(180_000);
    // The value null is told from the text.
    const [, , , , [[, , text]]] = rows('hostile');
    expect(text).toBe('after: null');
    expect(seen['hostile'].entries[4].words).toEqual(['empty text']);
    expect(seen['paper'].entries[4].words).toEqual(['null']);
  });

  inBrowser('outlives the entity', () => {
    expect(seen['gone'].header).toContain('Deleted.');
    expect(headings('gone')).toEqual(['deleted', 'created']);
    expect(rows('gone')[0]).toContainEqual(['title', 'before: Ashes']);
    expect(seen['gone'].past.at(-1)).toContain('It did not exist then');
  });

  inBrowser('says that the values of an erased person are gone', () => {
    expect(headings('erased')).toEqual(['changed', 'changed', 'created']);
    for (const { text, fields } of seen['erased'].entries) {
      expect(text).toContain('Its values were erased.');
      expect(fields).toEqual([]);
    }
    expect(seen['erased'].past.at(-1)).toContain('Its values then were erased.');
    expect(seen['erased'].html).not.toContain('Eve');
  });

  inBrowser('says that a log of ids has no values', () => {
    expect(headings('kept')).toEqual(['changed', 'created']);
    for (const { text } of seen['kept'].entries) {
      expect(text).toContain('The history has no values of this change.');
    }
    expect(seen['kept'].past.at(-1)).toContain('The history does not have its values then.');
  });

  inBrowser('that cannot be read now is said to be so', () => {
    expect(seen['offline'].isShown).toBe(true);
    expect(seen['offline'].section).toContain('The API does not respond.');
  });
});

describe('a page without a history', () => {
  for (const name of ['absent', 'refused', 'viewless']) {
    inBrowser(`shows nothing of it and complains of nothing: ${name}`, () => {
      expect(seen[name].header).toContain('active');
      expect(seen[name].isShown).toBe(false);
      expect(seen[name].html).not.toContain('History');
      expect(seen[name].problems).toEqual([]);
    });
  }
});

inBrowser('no page has an internal id, a redacted value or a problem', () => {
  for (const [name, { html, problems }] of Object.entries(seen)) {
    expect([name, html.match(/77000\d{4}|xyzzy|plugh/g)]).toEqual([name, null]);
    const isDeleted = name === 'gone';
    expect([name, problems]).toEqual([name, isDeleted ? [expect.stringContaining('410')] : []]);
  }
});

describe('the differences of two values', () => {
  test('are those of their parts where both are objects', () => {
    const before = { notes: { by: 'Ada', place: { city: 'Bern', zip: 3 }, tags: ['a'] } };
    const after = { notes: { by: 'Ada', place: { city: 'Thun', zip: 3 }, tags: ['a', 'b'] } };
    expect(differencesOf(before, after)).toEqual([
      { name: 'notes.place.city', before: 'Bern', after: 'Thun' },
      { name: 'notes.tags', before: ['a'], after: ['a', 'b'] },
    ]);
  });

  test('have what only one of them has, under any name', () => {
    const before = JSON.parse('{"notes":{"__proto__":1}}') as object;
    const after = JSON.parse('{"notes":{"constructor":null}}') as object;
    expect(differencesOf({ ...before }, { ...after })).toEqual([
      { name: 'notes.__proto__', before: 1, after: undefined },
      { name: 'notes.constructor', before: undefined, after: null },
    ]);
  });

  test('go no deeper than a reader can follow', () => {
    const nest = (depth: number): unknown => (depth === 0 ? depth : { in: nest(depth - 1) });
    const other = JSON.parse(JSON.stringify(nest(3_000)).replace('0', '1')) as object;
    const [one, ...more] = differencesOf({ notes: nest(3_000) }, { notes: other });
    expect(one!.name).toBe('notes.in.in.in.in');
    expect(more).toEqual([]);
  });
});
