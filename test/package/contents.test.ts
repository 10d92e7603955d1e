import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { doors, librarySources, readManifest, root } from './manifest.js';
import { packedFiles } from './packed-files.js';

const manifest = readManifest();
const sources = librarySources();
const textOf = (source: string) => readFileSync(join(root, `${source}.ts`), 'utf8');

describe('the package', () => {
  let packed: readonly string[];
  beforeAll(async () => {
    packed = await packedFiles();
  });

  test('holds what was built from the library, its licence, pages and examples, and nothing else', () => {
    const built = sources.flatMap((source) =>
      ['.js', '.js.map', '.d.ts'].map((ending) => `dist/${source}${ending}`),
    );
    const words = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    const examples = filesIn('test/examples').filter((name) => !name.endsWith('.test.ts'));
    // The page on the architecture is for those who have the sources.
    const pages = filesIn('docs').filter((name) => name !== 'docs/architecture.md');
    expect(packed.toSorted()).toEqual([...built, ...words, ...pages, ...examples].toSorted());
  });

  test('has pages that link to nothing outside of it', () => {
    const links = packed.filter((name) => name.endsWith('.md')).flatMap(linksOf);
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter(({ to }) => !packed.some((name) => `${name}/`.startsWith(to)))).toEqual([]);
  });

  test('has examples that import nothing outside of it', () => {
    const examples = packed.filter((name) => name.startsWith('test/') && name.endsWith('.ts'));
    const imports = examples.flatMap((from) =>
      [...readFileSync(join(root, from), 'utf8').matchAll(/from '(\.[^']+)\.js'/g)].map(
        ([, path]) => ({ from, to: `${join(dirname(from), path!)}.ts` }),
      ),
    );
    expect(imports).not.toEqual([]);
    expect(imports.filter(({ to }) => !packed.includes(to))).toEqual([]);
  });

  test('brings the sources that its source maps speak of', () => {
    const map = JSON.parse(readFileSync(join(root, 'dist/src/index.js.map'), 'utf8')) as {
      sourcesContent?: string[];
    };
    expect(map.sourcesContent).toEqual([textOf('src/index')]);
  });
});

describe('the entry points of the package', () => {
  test('are the core and one for each feature', () => {
    const features = readdirSync(join(root, 'src/features')).map((name) => [
      `nest-dual-id/${name}`,
      `./dist/src/features/${name}/index`,
    ]);
    const expected = [['nest-dual-id', './dist/src/index'], ...features].map(([name, path]) => [
      name,
      { types: `${path}.d.ts`, default: `${path}.js` },
    ]);
    expect(Object.fromEntries(doors(manifest))).toEqual(Object.fromEntries(expected));
    expect(Object.keys(manifest.exports)).toHaveLength(expected.length + 1);
  });

  test.each([
    'nest-dual-id/dist/src/index.js',
    'nest-dual-id/core/ids/ids.js',
    'nest-dual-id/import/import-plan.js',
    'nest-dual-id/shop',
  ])('do not open for %s', async (path) => {
    await expect(import(path)).rejects.toThrow(/is not defined by "exports"|Cannot find module/);
  });

  test.each([...doors(manifest).keys()])('%s opens', async (name) => {
    expect(Object.keys((await import(name)) as object)).not.toEqual([]);
  });
});

describe('what the package imports', () => {
  const imported = new Set(sources.flatMap((source) => packagesIn(textOf(source))));
  const optional = Object.keys(manifest.peerDependenciesMeta);
  const required = Object.keys(manifest.peerDependencies).filter(
    (name) => !optional.includes(name),
  );

  test('is declared, and what is declared is imported', () => {
    const types = Object.keys(manifest.dependencies).filter((name) => name.startsWith('@types/'));
    const own = Object.keys(manifest.dependencies).filter((name) => !types.includes(name));
    expect([...required, ...own].toSorted()).toEqual([...imported].toSorted());
    expect(types.map((name) => name.slice('@types/'.length))).toEqual(['pg']);
  });

  test('can do without what is optional', () => {
    const texts = sources.map(textOf).join('\n');
    for (const name of optional) {
      expect(imported).not.toContain(name);
      expect(texts).toContain(name);
    }
  });

  test('is tried in the versions that the package asks of others', () => {
    const ranges = Object.entries(manifest.peerDependencies);
    const untried = ranges.filter(([name, range]) => {
      const major = /^\D*(\d+)/.exec(range)?.[1] ?? '';
      return !manifest.devDependencies[name]?.replace(/^\D*/, '').startsWith(major);
    });
    expect(untried).toEqual([]);
  });
});

test('a bundler keeps the files that do something when they are imported', () => {
  const active = sources
    .filter((source) => statementsOf(textOf(source)).some(doesSomething))
    .map((source) => `./dist/${source}.js`);
  expect(active.toSorted()).toEqual(manifest.sideEffects.toSorted());
});

function filesIn(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(root, name)).isFile());
}

/** Where a page of the package links to, with a slash behind it. */
function linksOf(page: string): { readonly from: string; readonly to: string }[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map(([, link]) => ({
    from: page,
    to: `${join(dirname(page), link!).replace(/\/$/, '')}/`,
  }));
}

/** The packages that a file imports when it is loaded, or for its types. */
function packagesIn(text: string): string[] {
  return statementsOf(text)
    .flatMap((node) =>
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier
        ? [(node.moduleSpecifier as ts.StringLiteral).text]
        : [],
    )
    .filter((name) => !name.startsWith('.') && !isBuiltin(name))
    .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0]);
}

function statementsOf(text: string): readonly ts.Statement[] {
  return [...ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest).statements];
}

function doesSomething(node: ts.Statement): boolean {
  const isBareImport = ts.isImportDeclaration(node) && node.importClause === undefined;
  return isBareImport || ts.isExpressionStatement(node);
}
