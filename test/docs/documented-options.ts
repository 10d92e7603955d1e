import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../package/manifest.js';

/** The table of a page that says what the options of a type or a command mean. */
export interface OptionTable {
  readonly page: string;
  /** The type (`ViewOptions`) or command (`dual-id import`) that the head of the table names. */
  readonly subject: string;
  /** The names in its first column. */
  readonly names: readonly string[];
}

/** Every table of the pages whose first head is "option of `…`". */
export function optionTables(): readonly OptionTable[] {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return pages.flatMap((page) => tablesOf(page, readFileSync(join(root, 'docs', page), 'utf8')));
}

function tablesOf(page: string, text: string): OptionTable[] {
  const tables = [...text.matchAll(/^\| option of `([^`]+)` .*\n\|[ |-]+\n((?:\|.*\n)*)/gm)];
  return tables.map(([, subject, rows]) => ({
    page,
    subject: subject!,
    names: rows!
      .trimEnd()
      .split('\n')
      .flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`(?:--)?([\w-]+)[^`]*`/g)])
      .map(([, name]) => name!),
  }));
}
