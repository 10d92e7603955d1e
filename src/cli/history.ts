import type { DataSource } from 'typeorm';
import type { DualIdConfig } from '../core/cli-config.js';
import { Database } from '../core/database/database.js';
import { PassportScope } from '../core/reading/passport-scope.js';
import type { ViewClass } from '../core/view/view-spec.js';
import { HistoryViews } from '../features/history/journal/history-views.js';
import { openHistory } from '../features/history/journal/open-history.js';
import type { StateAt, Version } from '../features/history/journal/version.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { openForJob } from './job-data-source.js';
import { printLine } from './print.js';
import { UsageError } from './usage-error.js';

/** Runs `dual-id history`. */
export async function history({ words, texts, flags }: CommandLine): Promise<void> {
  const [uuid, ...others] = words;
  if (uuid === undefined || others.length > 0) {
    throw new UsageError('Name one entity by its public id: `dual-id history <uuid>`.');
  }
  const limit = requestedLimit(texts['limit']);
  const { at } = texts;
  if (at !== undefined && limit !== Infinity) throw new UsageError('--limit is not for --at.');
  const application = await loadApplication(texts['config']);
  const views = viewsOf(application);
  await withDatabase(async (url) => {
    const dataSource = await openForJob(application, url);
    try {
      const asked = { dataSource, views, uuid, isJson: flags.has('json') };
      if (at === undefined) await printVersions(asked, limit);
      else await printState(asked, at);
    } finally {
      await dataSource.destroy();
    }
  });
}

interface Asked {
  readonly dataSource: DataSource;
  readonly views: readonly ViewClass[];
  readonly uuid: string;
  readonly isJson: boolean;
}

const versionsAtOnce = 100;

async function printVersions(asked: Asked, limit: number): Promise<void> {
  const { reader, view } = await openedHistory(asked);
  let left = limit;
  let after: string | undefined;
  do {
    const request = { limit: Math.min(left, versionsAtOnce), after };
    const page = await reader.of(view, asked.uuid, request);
    for (const version of page.items) {
      if (asked.isJson) printLine(jsonOf(version));
      else printVersion(version);
    }
    left -= page.items.length;
    after = page.nextCursor ?? undefined;
  } while (after !== undefined && left > 0);
}

async function printState(asked: Asked, at: string): Promise<void> {
  const { reader, view } = await openedHistory(asked);
  const state = await reader.asOf(view, asked.uuid, at);
  if (asked.isJson) return printLine(jsonOf(state));
  const from = state.validFrom?.toISOString() ?? 'ever';
  const to = state.validTo?.toISOString() ?? 'now';
  printLine(`${state.knowledge}, from ${from} to ${to}`);
  printValues(state.value ?? {});
}

async function openedHistory({ dataSource, views, uuid }: Asked) {
  const database = new Database(dataSource, {});
  const scope = new PassportScope(dataSource, database);
  const view = await new HistoryViews(dataSource, scope, views).viewOf(uuid);
  return { reader: openHistory(dataSource, database), view };
}

function printVersion({
  operation,
  validFrom,
  actorUuid,
  knowledge,
  before,
  after,
}: Version<object>) {
  const actor = actorUuid === null ? '' : ` by ${actorUuid}`;
  const isErased = knowledge === 'erased' ? ' (erased)' : '';
  printLine(`${validFrom.toISOString()}  ${operation}${actor}${isErased}`);
  if (operation !== 'changed') return printValues(after ?? before ?? {});
  const was = (before ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(after ?? {})) {
    printLine(`  ${name}: ${JSON.stringify(was[name])} -> ${JSON.stringify(value)}`);
  }
}

function printValues(values: object): void {
  for (const [name, value] of Object.entries(values)) {
    printLine(`  ${name}: ${JSON.stringify(value)}`);
  }
}

/** A sealed version cannot be opened by another process. */
function jsonOf(state: StateAt<object>): string {
  return JSON.stringify({ ...state, version: undefined });
}

function requestedLimit(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--limit needs a whole number, 1 or more, not ${text}.`);
}

function viewsOf({ history: views = [] }: DualIdConfig): readonly ViewClass[] {
  if (views.length > 0) return views;
  throw new Error(
    'The config has no views of histories. Give it `history`, a list with one view for each entity.',
  );
}
