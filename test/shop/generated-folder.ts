import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenerateRequest } from 'nest-dual-id';
import { instacartData } from '../../src/shop/generate/instacart-data.js';

/** A row of a file, by header. */
export type CsvRow = Readonly<Record<string, string>>;

/** Generates into a folder, with the usual catalogue. */
export async function generate(
  folder: string,
  { users = 200, seed = 'one', sizes = {} }: Partial<GenerateRequest> = {},
): Promise<string> {
  await instacartData.generate({ users, seed, folder, sizes });
  return folder;
}

/** Names and digests of a folder's files. */
export async function digests(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).toSorted();
  const entries = names.map(async (name) => {
    const content = await readFile(join(folder, name));
    return [name, createHash('sha256').update(content).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The rows of a file. */
export async function rowsOf(folder: string, name: string): Promise<CsvRow[]> {
  const [header = '', ...lines] = (await readFile(join(folder, name), 'utf8'))
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const fields = fieldsOf(line);
    if (fields.length !== names.length) throw new Error(`${name}: ${line}`);
    return Object.fromEntries(names.map((field, index) => [field, fields[index]!]));
  });
}

/** Rows by the value of a column, in the order of the file. */
export function grouped(rows: readonly CsvRow[], column: string): Map<string, CsvRow[]> {
  const groups = new Map<string, CsvRow[]>();
  for (const row of rows) {
    const group = groups.get(row[column]!);
    if (group) group.push(row);
    else groups.set(row[column]!, [row]);
  }
  return groups;
}

/** The share of the rows with each value of a column. */
export function shares(rows: readonly CsvRow[], column: string): Record<string, number> {
  const entries = [...grouped(rows, column)].map(([value, group]) => [
    value,
    group.length / rows.length,
  ]);
  return Object.fromEntries(entries) as Record<string, number>;
}

function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  );
}
