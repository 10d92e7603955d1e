import type { DualIdConfig } from '../core/cli-config.js';
import type { ViewClass } from '../core/view/view-spec.js';
import { viewSpecOf } from '../core/view/view.decorator.js';
import { exportViewTo } from '../features/export/export-view.js';
import type { ExportRequest } from '../features/export/export-view.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { openForJob } from './job-data-source.js';
import { nearest } from './nearest.js';
import { refuseUnwritable, writeWhole } from './out-file.js';
import { printLine } from './print.js';
import { UsageError } from './usage-error.js';

/** Runs `dual-id export`. */
export async function exportRows({ words, texts, lists, flags }: CommandLine): Promise<void> {
  const application = await loadApplication(texts['config']);
  const [name, ...others] = words;
  const view = viewNamed(name, application);
  if (others.length > 0) throw new UsageError(`Name one view, not ${words.join(' and ')}.`);
  const filters = filtersOf(lists['filter'] ?? []);
  const format = texts['format'] === 'ndjson' ? 'ndjson' : 'csv';
  const formulas = texts['formulas'] === 'escape' ? 'escape' : 'keep';
  if (formulas === 'escape' && format !== 'csv') {
    throw new UsageError('--formulas escape needs --format csv.');
  }
  const out = texts['out'] ?? '-';
  const mayReplace = flags.has('overwrite');
  if (mayReplace && out === '-') throw new UsageError('--overwrite needs --out.');
  if (out !== '-') await refuseUnwritable(out, mayReplace);
  await withDatabase(async (url) => {
    const dataSource = await openForJob(application, url);
    try {
      const request = { dataSource, view, format, formulas, filters } as const;
      if (out === '-') await toStandardOutput(request);
      else {
        const rows = await writeWhole(out, mayReplace, (file) => exportViewTo(file, request));
        printLine(`${rows} rows of ${viewNameOf(view)}: ${out}`);
      }
    } finally {
      await dataSource.destroy();
    }
  });
}

function viewNamed(name: string | undefined, { views = [] }: DualIdConfig): ViewClass {
  if (views.length === 0) throw new Error('The config has no views. Give it `views`, a list.');
  const names = views.map(viewNameOf);
  if (name === undefined) {
    throw new UsageError(`Name a view: \`dual-id export <view>\`. There are ${names.join(', ')}.`);
  }
  const view = views.find((candidate) => viewNameOf(candidate) === name);
  if (view) return view;
  const close = nearest(name, names);
  const hint = close ? `Did you mean ${close}?` : `There are ${names.join(', ')}.`;
  throw new UsageError(`There is no view ${name}. ${hint}`);
}

function viewNameOf(view: ViewClass): string {
  return viewSpecOf(view)?.options.name ?? view.name;
}

function filtersOf(texts: readonly string[]): Record<string, string> {
  const filters: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    if (at < 1) throw new UsageError(`--filter needs a name=value, not ${text}.`);
    if (Object.hasOwn(filters, name)) throw new UsageError(`--filter names ${name} twice.`);
    filters[name] = text.slice(at + 1);
  }
  return filters;
}

/** A reader that closes early, such as `head`, is not a failure. */
async function toStandardOutput(request: ExportRequest): Promise<void> {
  try {
    await exportViewTo(process.stdout, request, { end: false });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EPIPE') throw error;
  }
}
