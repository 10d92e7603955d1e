import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { circlesIn } from './support/circles.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a layer may import by path. The shop and the migrations import the library by name. */
const reach: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  features: ['core', 'features'],
  cli: ['core', 'features', 'cli'],
  shop: ['shop'],
};

/** The edges between sibling features; everything else goes through core. */
const siblings: readonly string[] = [
  'testing -> embedded-postgres',
  'relations -> registry',
  'history -> locks',
  'history -> registry',
  'doctor -> history',
];

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files = (folder: string): SourceFile[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(folder, name)));

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name!);
  return { path, text, imports };
}

const source = files('src');
const relativeImports = ({ path, imports }: SourceFile) =>
  imports.filter((name) => name.startsWith('.')).map((name) => join(dirname(path), name));
const asSource = (path: string) => path.replace(/\.js$/, '.ts');
const layerOf = (path: string) => path.split('/')[1]!;
const featureOf = (path: string) =>
  layerOf(path) === 'features' ? path.split('/')[2]! : undefined;

describe('the architecture', () => {
  test('imports point down: shop -> package entry points -> features -> core', () => {
    const crossings = source
      .filter(({ path }) => layerOf(path) in reach)
      .flatMap((file) =>
        relativeImports(file)
          .filter((target) => !reach[layerOf(file.path)]!.includes(layerOf(target)))
          .map((target) => `${file.path} -> ${target}`),
      );
    expect(crossings).toEqual([]);
  });

  test('files do not import each other in a circle, not even for a type', () => {
    const imports = source.map((file) => [file.path, relativeImports(file).map(asSource)] as const);
    expect(circlesIn(new Map(imports))).toEqual([]);
  });

  test('folders of the core do not import each other in a circle', () => {
    const folders = new Map<string, string[]>();
    for (const file of source.filter(({ path }) => path.startsWith('src/core/'))) {
      const folder = dirname(file.path);
      const others = relativeImports(file).map(dirname);
      folders.set(
        folder,
        [...(folders.get(folder) ?? []), ...others].filter((to) => to !== folder),
      );
    }
    expect(circlesIn(folders)).toEqual([]);
  });

  test('a feature imports a sibling only over a declared edge', () => {
    const edges = source.flatMap((file) =>
      relativeImports(file)
        .map((target) => [featureOf(file.path), featureOf(target)])
        .filter(([from, to]) => from !== undefined && to !== undefined && from !== to)
        .map(([from, to]) => `${from} -> ${to}`),
    );
    expect(edges.filter((edge) => !siblings.includes(edge))).toEqual([]);
  });

  test('only the shop, the migrations and the tests import the package by its name', () => {
    const insiders = source.filter(
      ({ path, imports }) =>
        layerOf(path) !== 'shop' && imports.some((name) => name.startsWith('nest-dual-id')),
    );
    expect(insiders.map(({ path }) => path)).toEqual([]);
  });

  test('@nestjs/swagger is loaded when the API is described, not at a start', () => {
    const eager = source.filter(({ text }) =>
      /^import (?!type )[^;]*'@nestjs\/swagger'/m.test(text),
    );
    expect(eager.map(({ path }) => path)).toEqual([]);
  });

  test('a door only names what it lets out', () => {
    const doors = source.filter(({ path }) => /^src\/(?:features\/[^/]+\/)?index\.ts$/.test(path));
    expect(doors.length).toBeGreaterThan(3);
    for (const { path, text } of doors) {
      const statements = text.replaceAll(
        /export (?:type )?\{[^}]*\} from '[^']+';|import 'reflect-metadata';|\/\*\*[^]*?\*\//g,
        '',
      );
      expect(`${path}${statements.trim()}`).toBe(path);
    }
  });

  test('nobody imports a door from inside the library', () => {
    const barrels = source
      .filter(({ path }) => layerOf(path) !== 'shop')
      .flatMap((file) =>
        relativeImports(file)
          .filter((target) => target.endsWith('/index.js'))
          .map((target) => `${file.path} -> ${target}`),
      );
    expect(barrels.filter((edge) => !edge.startsWith('src/cli'))).toEqual([]);
  });

  test('no file is longer than 250 lines, and most are shorter than 150', () => {
    const lengths = [...source, ...files('migrations'), ...files('test')].map(
      ({ path, text }) => [path, text.split('\n').length] as const,
    );
    expect(lengths.filter(([, length]) => length > 250)).toEqual([]);
    expect(lengths.filter(([, length]) => length > 150).length).toBeLessThan(lengths.length / 10);
  });

  test('no folder or file has a meaningless name', () => {
    const vague = /(?:^|\/)(?:utils?|helpers?|common|manager|lib|misc|types|interfaces)(?:[./]|$)/;
    expect(source.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });

  test('only the command and the start of the shop print', () => {
    const printers = source.filter(({ text }) =>
      /\bconsole\.|process\.std(?:out|err)\.write/.test(text),
    );
    const allowed = /^src\/(?:cli\/|shop\/main\.ts$|features\/testing\/)/;
    expect(printers.map(({ path }) => path).filter((path) => !allowed.test(path))).toEqual([]);
  });
});
