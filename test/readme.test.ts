import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const text = (name: string) => readFileSync(path(name), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path('docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** The shop, its migrations, the examples and the clinic all run with the tests. */
const examples = ['src/shop', 'migrations', 'test/examples', 'test/package/clinic/src'].flatMap(
  (folder) =>
    readdirSync(path(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => squeeze(text(`${folder}/${name}`))),
);

/** Code blocks of a page, without their indentation, for a page may show a part of a file. */
function blocks(page: string): string[] {
  return [...text(page).matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => squeeze(code!));
}

function squeeze(code: string): string {
  return code.replaceAll(/\s+/g, ' ').trim();
}

describe('the pages', () => {
  test.each(pages)('%s shows only code that runs in an example', (page) => {
    const invented = blocks(page).filter((code) => !examples.some((file) => file.includes(code)));
    expect(invented).toEqual([]);
  });

  test.each(pages)('%s links only to existing targets', (page) => {
    const folder = page.includes('/') ? 'docs/' : '';
    const links = [...text(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link!);
    const broken = links.filter(
      (link) => !existsSync(path(new URL(link, `file:///${folder}`).pathname.slice(1))),
    );
    expect(broken).toEqual([]);
  });

  test('the first screen of the README has working code', () => {
    expect(text('README.md').split('\n').indexOf('```ts')).toBeLessThan(10);
  });

  test('a safe route needs fewer than 15 lines', () => {
    const lines = /```ts\n([^]*?)```/.exec(text('README.md'))![1]!.split('\n');
    const counted = lines.filter((line) => !/^\s*\}?$|^import /.test(line));
    expect(counted.length).toBeLessThan(15);
  });

  test('the README shows the responses that the getting-started page is tested for', () => {
    const answers = (page: string) =>
      [...text(page).matchAll(/```json\n([^]*?)```/g)].map(
        ([, json]) => JSON.parse(json!) as object,
      );
    expect(answers('README.md')).toHaveLength(2);
    expect(answers('docs/getting-started.md')).toEqual(answers('README.md'));
  });

  test('the speed in the README was measured', () => {
    const said =
      /serves ([\d,]+) such reads a second on Node 24: ([\d.]+) times .*? and ([\d.]+) times/.exec(
        text('README.md'),
      );
    const measured = (row: RegExp) => row.exec(text('docs/performance.md'))?.[1];
    expect(said?.slice(1)).toEqual([
      Number(measured(/\| E1 order by UUID +\| nest-dual-id +\| (\d+)/)).toLocaleString('en'),
      measured(/\| E1 order by UUID +\| nest-dual-id \/ \(a\).*?\|.*?\| ([\d.]+) /),
      measured(/\| E1 order by UUID +\| nest-dual-id \/ \(b\).*?\|.*?\| ([\d.]+) /),
    ]);
  });
});
