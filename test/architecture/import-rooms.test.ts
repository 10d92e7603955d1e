import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../src/features/import/', import.meta.url));

/** What a room of the import may import, apart from itself; nothing goes back up. */
const reach: Readonly<Record<string, readonly string[]>> = {
  plan: [],
  source: ['plan'],
  direct: ['source', 'plan'],
  staged: ['source', 'plan'],
  run: ['direct', 'staged', 'source', 'plan'],
};

/** The files of the import by the files of the import that they import, for their types as well. */
const imports = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((file) => [file, importsOf(file)]),
);

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)\.js'/g)]
    .map(([, name]) => `${join(dirname(file), name!)}.ts`)
    .filter((target) => !target.startsWith('..'));
}

const roomOf = (file: string) => file.split('/')[0]!;

/** The first cycle that is met from a file, as the files along it. */
function cycleFrom(
  file: string,
  path: readonly string[],
  done: Set<string>,
): readonly string[] | undefined {
  const start = path.indexOf(file);
  if (start >= 0) return [...path.slice(start), file];
  if (done.has(file)) return undefined;
  for (const target of imports.get(file) ?? []) {
    const cycle = cycleFrom(target, [...path, file], done);
    if (cycle) return cycle;
  }
  done.add(file);
  return undefined;
}

describe('the rooms of the import', () => {
  test('every file has a room, and only the door is outside', () => {
    const outside = [...imports.keys()].filter((file) => !(roomOf(file) in reach));
    expect(outside).toEqual(['index.ts']);
    expect(new Set([...imports.keys()].map(roomOf))).toEqual(
      new Set([...Object.keys(reach), 'index.ts']),
    );
  });

  test('a room imports only the rooms below it', () => {
    const crossings = [...imports]
      .filter(([file]) => roomOf(file) in reach)
      .flatMap(([file, targets]) =>
        targets
          .filter((target) => roomOf(target) !== roomOf(file))
          .filter((target) => !reach[roomOf(file)]!.includes(roomOf(target)))
          .map((target) => `${file} -> ${target}`),
      );
    expect(crossings).toEqual([]);
  });

  test('no file imports itself through others, not even for a type', () => {
    const done = new Set<string>();
    const cycles = [...imports.keys()].map((file) => cycleFrom(file, [], done));
    expect(cycles.find((cycle) => cycle !== undefined)).toBeUndefined();
    expect([...imports.values()].flat().length).toBeGreaterThan(imports.size);
    expect([...imports.values()].flat().filter((target) => !imports.has(target))).toEqual([]);
  });
});
