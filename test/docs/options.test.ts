import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { commonOptions } from '../../src/cli/options.js';
import { commands } from '../../src/cli/run-command.js';
import { Declarations } from './declarations.js';
import type { ExportedName } from './declarations.js';
import { optionTables } from './documented-options.js';

const declarations = new Declarations();
const exported = new Map(
  declarations.doors().flatMap(({ names }) => names.map((entry) => [entry.name, entry] as const)),
);
const tables = optionTables();
const documented = (subject: string) => [
  ...new Set(tables.filter((table) => table.subject === subject).flatMap(({ names }) => names)),
];

/** The properties of a type that the library itself declares, not what it takes over from others. */
function ownProperties({ symbol }: ExportedName): string[] {
  const type = declarations.checker.getDeclaredTypeOfSymbol(symbol);
  return declarations.checker
    .getPropertiesOfType(type)
    .filter(({ declarations: [first] = [] }) => first && isOurs(first.getSourceFile()))
    .map(({ name }) => name);
}

/** The names of the interfaces that an interface extends. */
function basesOf({ symbol }: ExportedName): string[] {
  const type = declarations.checker.getDeclaredTypeOfSymbol(symbol);
  const bases = type.isClassOrInterface() ? declarations.checker.getBaseTypes(type) : [];
  return bases.flatMap(({ symbol: base }) => (base ? [base.name] : []));
}

const isOurs = ({ fileName }: ts.SourceFile) => /\/dist\/src\/(?!.*node_modules)/.test(fileName);

/** The options of each command, those of the application's own plan and generator among them. */
async function commandOptions(): Promise<Map<string, string[]>> {
  const entries = commands.map(async ({ name, options, ownOptions }) => {
    const names = Object.keys({ ...options, ...(await ownOptions?.([])) });
    return [`dual-id ${name}`, names] as const;
  });
  const common = ['dual-id <command>', Object.keys(commonOptions)] as const;
  return new Map([common, ...(await Promise.all(entries))]);
}

describe('the documented options', () => {
  // What another type extends is told with that one.
  const bases = new Set([...exported.values()].flatMap(basesOf));
  const types = [...exported.values()].filter(
    ({ name }) => documented(name).length > 0 || (name.endsWith('Options') && !bases.has(name)),
  );

  test.each(types.map((type) => [type.name, type] as const))(
    'of %s are those it has, both ways',
    (name, type) => {
      expect(documented(name).toSorted()).toEqual(ownProperties(type).toSorted());
    },
  );

  test('of every command are those it takes, both ways', async () => {
    const taken = await commandOptions();
    expect(
      Object.fromEntries([...taken].map(([name]) => [name, documented(name).toSorted()])),
    ).toEqual(Object.fromEntries([...taken].map(([name, options]) => [name, options.toSorted()])));
  });

  test('belong to a type or a command that exists, and stand in one place', async () => {
    const known = new Set([...exported.keys(), ...(await commandOptions()).keys()]);
    const subjects = tables.map(({ subject }) => subject);
    expect(subjects.filter((subject) => !known.has(subject))).toEqual([]);
    expect(subjects.filter((subject, at) => subjects.indexOf(subject) !== at)).toEqual([]);
  });
});
