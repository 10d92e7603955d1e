import { DataSource } from 'typeorm';
import type { DualIdConfig } from '../core/cli-config.js';
import { forJob } from '../core/data-source/limits.js';
import { Database } from '../core/database/database.js';
import { isUuidText } from '../core/ids/any-uuid.js';
import { ApiKeys } from '../features/api-keys/api-keys.js';
import type { ApiKeysOptions } from '../features/api-keys/api-keys.options.js';
import { secretPattern } from '../features/api-keys/token/token-form.js';
import { loadApplication } from './application.js';
import type { CommandLine } from './command.js';
import { withDatabase } from './database.js';
import { printIssued, printKeys } from './printed-keys.js';
import { printLine } from './print.js';
import { QuietLogger } from './quiet-logger.js';
import { UsageError } from './usage-error.js';

/** The options that each action takes. */
const taken = {
  list: ['for', 'json'],
  create: ['scope', 'for', 'expires', 'json'],
  rotate: ['grace', 'expires', 'json'],
  revoke: [],
  pattern: [],
} as const;

type Action = keyof typeof taken;

/** Runs `dual-id keys`. */
export async function keys(line: CommandLine): Promise<void> {
  const action = actionOf(line);
  const work = workOf(action, line);
  const application = await loadApplication(line.texts['config']);
  const options = await apiKeyOptions(application);
  if (action === 'pattern') return printLine(secretPattern(options));
  await withDatabase(async (url) => {
    const source = { ...application.dataSource(url), migrations: [], logger: new QuietLogger() };
    const dataSource = await new DataSource(forJob(source)).initialize();
    const opened = new ApiKeys(new Database(dataSource, {}), options);
    try {
      await work(opened);
    } finally {
      await opened.close();
      await dataSource.destroy();
    }
  });
}

function actionOf({ words: [word = 'list', ...others], texts, lists, flags }: CommandLine): Action {
  if (!Object.hasOwn(taken, word)) {
    throw new UsageError(`There is no \`dual-id keys ${word}\`; there is ${actionNames}.`);
  }
  const action = word as Action;
  const given = [...Object.keys(texts), ...Object.keys(lists), ...flags];
  const allowed: readonly string[] = [...taken[action], 'config', 'verbose'];
  const foreign = given.find((name) => !allowed.includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} is not for keys ${action}.`);
  const isNamed = action === 'create' || action === 'rotate' || action === 'revoke';
  if (others.length === (isNamed ? 1 : 0)) return action;
  const needs = isNamed ? `needs one ${action === 'create' ? 'name' : 'uuid'}` : 'takes no words';
  throw new UsageError(`\`dual-id keys ${action}\` ${needs}.`);
}

const actionNames = Object.keys(taken).join(', ');

/** Everything that is wrong with the call is found before the database is opened. */
function workOf(action: Action, line: CommandLine): (opened: ApiKeys) => Promise<void> {
  const { words, texts, lists, flags } = line;
  const isJson = flags.has('json');
  const principalUuid =
    texts['for'] === undefined ? {} : { principalUuid: uuidArgument(texts['for']) };
  const expiresAt =
    texts['expires'] === undefined ? {} : { expiresAt: expiryTime(texts['expires']) };
  const name = words[1] ?? '';
  switch (action) {
    case 'create': {
      const key = { name, scopes: lists['scope'] ?? [], ...principalUuid, ...expiresAt };
      return async (of) => printIssued(await of.create(key), isJson);
    }
    case 'rotate': {
      const [uuid, grace] = [uuidArgument(name), graceSeconds(texts['grace']) * 1_000];
      return async (of) => printIssued(await of.rotate(uuid, { grace, ...expiresAt }), isJson);
    }
    case 'revoke': {
      const uuid = uuidArgument(name);
      return (of) => of.revoke(uuid);
    }
    default:
      return async (of) => printKeys(allOf(of, principalUuid), isJson);
  }
}

const keysAtOnce = 500;

async function* allOf(opened: ApiKeys, of: { readonly principalUuid?: string }) {
  for (let after: string | undefined; ;) {
    const page = await opened.list({ ...of, limit: keysAtOnce, ...(after && { after }) });
    yield* page;
    after = page.at(-1)?.uuid;
    if (page.length < keysAtOnce) return;
  }
}

function uuidArgument(text: string): string {
  if (isUuidText(text)) return text;
  throw new UsageError(`${text} is not the public id of anything, which is a UUID.`);
}

function expiryTime(text: string): Date {
  const time = new Date(text);
  if (/T.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new UsageError(`--expires needs a time like 2030-01-31T09:30:00Z, not ${text}.`);
}

function graceSeconds(text = '0'): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new UsageError(`--grace needs a whole number of seconds, not ${text}.`);
}

async function apiKeyOptions({ apiKeys }: DualIdConfig): Promise<ApiKeysOptions> {
  if (apiKeys) return (await apiKeys()) as ApiKeysOptions;
  throw new Error(
    'The config has no API keys. Give it `apiKeys`, a function that returns the options of ApiKeysModule.',
  );
}
