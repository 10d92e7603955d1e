import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import type { Options } from 'prettier';
import { root } from '../package/manifest.js';
import { Declarations } from './declarations.js';
import type { DoorNames, ExportedName } from './declarations.js';

/** A page of the reference: its path in the repository and its text. */
export interface ReferencePage {
  readonly path: string;
  readonly text: string;
}

/** The pages of the API reference as they follow from the code: an index, and one for each door. */
export async function referencePages(): Promise<readonly ReferencePage[]> {
  const doors = new Declarations().doors();
  const pages = [
    { path: 'docs/api/README.md', text: index(doors) },
    ...doors.map((door) => ({ path: `docs/api/${fileOf(door)}`, text: page(door) })),
  ];
  const { prettier } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    prettier: Options;
  };
  return Promise.all(
    pages.map(async ({ path, text }) => ({
      path,
      text: await format(text, { ...prettier, parser: 'markdown' }),
    })),
  );
}

/** The page of a door: `nest-dual-id/import` has `import.md`, the core `core.md`. */
function fileOf({ door }: DoorNames): string {
  return `${door.split('/')[1] ?? 'core'}.md`;
}

function index(doors: readonly DoorNames[]): string {
  const rows = doors.map((door) => {
    const names = door.names.map(({ name }) => `[\`${name}\`](${fileOf(door)}#${anchorOf(name)})`);
    return `## [\`${door.door}\`](${fileOf(door)})\n\n${names.join(', ')}\n`;
  });
  return `# API reference\n\nEvery name of every door, written by \`npm run docs:api\` from the code.\n\n${rows.join('\n')}`;
}

function page({ door, names }: DoorNames): string {
  return `# \`${door}\`\n\nWritten by \`npm run docs:api\` from the code.\n\n${names.map(entry).join('\n')}`;
}

function entry({ name, sentence, declarations }: ExportedName): string {
  return `## \`${name}\`\n\n${sentence}\n\n\`\`\`ts\n${declarations.join('\n')}\n\`\`\`\n`;
}

/** The anchor that a heading of one word has. */
function anchorOf(name: string): string {
  return name.toLowerCase();
}
