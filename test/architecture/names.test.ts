import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../src/', import.meta.url));

/** Names that stand in several files all the same. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // The shop imports the package by its name, which lets no such function out.
  csvField: ['features/export/row-format.ts', 'shop/generate/csv-file.ts'],
  // The page runs in a browser and imports nothing but its own files.
  decoded: ['core/http/header-ids.ts', 'features/explorer/page/links.ts'],
  // A version of the schema is frozen, and so is its own copy of this.
  definer: ['core/schema/definer.ts', 'core/schema/version-1/owner-rights.ts'],
  // Each file of a frozen version lists the functions that it creates.
  signatures: [
    'core/schema/version-1/erasure.ts',
    'core/schema/version-1/held-passports.ts',
    'core/schema/version-1/master-links.ts',
    'core/schema/version-1/name-words.ts',
    'core/schema/version-1/records.ts',
    'core/schema/version-1/released-words.ts',
  ],
};

const declaration =
  /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:(?:async )?function\*?|const enum|const|let|class|interface|type|enum) +([\w$]+)/gm;

/** The files in which each name is declared at the top level, exported or not. */
function filesByName(): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    const names = [...text.matchAll(declaration)].map(([, name]) => name!);
    for (const name of new Set(names)) files.set(name, [...(files.get(name) ?? []), file]);
  }
  return files;
}

describe('the names', () => {
  test('a name is declared in one file: one meaning has one home, two have two names', () => {
    const all = filesByName();
    const shared = [...all].filter(([, files]) => files.length > 1);
    expect(Object.fromEntries(shared)).toEqual(exceptions);
    expect(all.size).toBeGreaterThan(1_000);
  });
});
