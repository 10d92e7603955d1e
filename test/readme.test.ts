import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const text = (name: string) => readFileSync(path(name), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(path('docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** The shop, its migrations and the examples all run with the tests. */
const examples = ['src/shop', 'migrations', 'test/examples'].flatMap((folder) =>
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

  test.each(pages)('%s links only to what exists', (page) => {
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
    expect(lines.filter((line) => !/^\s*\}?$/.test(line)).length).toBeLessThan(15);
  });
});
