import type { ConversionKind } from '../features/conversion/plan/conversion-plan.js';
import type { ConversionRequest } from '../features/conversion/plan/conversion-request.js';
import type { ConversionOptions } from '../features/conversion/run/run-options.js';
import type { CommandLine } from './command.js';
import { UsageError } from './usage-error.js';

const planOptions = [
  'to',
  'uuid-column',
  'id-column',
  'created-at',
  'registry',
  'master-column',
  'dry-run',
];
const lockOptions = ['lock-timeout', 'patience'];
const runOptions = [
  'until',
  'jobs',
  'rate',
  'max-wal',
  'max-replica-lag',
  'skip-triggers',
  ...lockOptions,
];

/** The options that each action takes, besides those of every command. */
const actionOptions = {
  status: ['json'],
  plan: [...planOptions, 'json'],
  run: [...planOptions, ...runOptions, 'json'],
  resume: [...runOptions, 'json'],
  pause: [],
  unpause: [],
  rate: [],
  rollback: [...lockOptions, 'json'],
  contract: [...lockOptions, 'yes', 'json'],
} as const;

/** What `dual-id convert` is asked to do. */
export type ConvertAction = keyof typeof actionOptions;

const convertActions = Object.keys(actionOptions).join(', ');

/** The action of a call, with its table and one more word where it takes one. */
export interface ConvertCall {
  readonly action: ConvertAction;
  /** Absent for the status of every conversion. */
  readonly table: string | undefined;
  readonly word: string | undefined;
}

/** Reads what is asked for, and refuses words and options that the action does not take. */
export function convertCall({ words, texts, flags }: CommandLine): ConvertCall {
  const [first = 'status', table, word, ...others] = words;
  if (!Object.hasOwn(actionOptions, first)) {
    throw new UsageError(`There is no \`dual-id convert ${first}\`; there is ${convertActions}.`);
  }
  const action = first as ConvertAction;
  const allowed: readonly string[] = [...actionOptions[action], 'config', 'verbose'];
  const foreign = [...Object.keys(texts), ...flags].find((name) => !allowed.includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} is not for convert ${action}.`);
  if (table === undefined && action !== 'status') {
    throw new UsageError(`\`dual-id convert ${action}\` needs a table.`);
  }
  if (others.length > 0 || (word !== undefined && action !== 'rate')) {
    throw new UsageError(
      `\`dual-id convert ${action}\` takes one table, but got ${words.slice(2).join(' ')} as well. Quote a name with spaces.`,
    );
  }
  return { action, table, word };
}

/** The conversion that `plan` and `run` are asked for. */
export function conversionRequest(table: string, { texts }: CommandLine): ConversionRequest {
  const kind = texts['to'] as ConversionKind | undefined;
  if (kind === undefined) {
    throw new UsageError(
      'Say what the table should get: --to add-uuid, add-bigint, uuid-key or add-master-uuid.',
    );
  }
  refuseForeign(kind, texts);
  return {
    table,
    kind,
    ...given('uuidColumn', texts['uuid-column']),
    ...given('idColumn', texts['id-column']),
    ...given('createdAt', texts['created-at']),
    ...given('registry', texts['registry']),
    ...given('masterColumn', texts['master-column']),
  };
}

const forKinds: Readonly<Record<string, readonly ConversionKind[]>> = {
  'uuid-column': ['add-uuid', 'uuid-key', 'add-master-uuid'],
  'id-column': ['add-bigint'],
  'created-at': ['add-bigint', 'uuid-key'],
  registry: ['add-master-uuid'],
  'master-column': ['add-master-uuid'],
};

function refuseForeign(kind: ConversionKind, texts: CommandLine['texts']): void {
  for (const [name, kinds] of Object.entries(forKinds)) {
    if (texts[name] === undefined || kinds.includes(kind)) continue;
    throw new UsageError(`--${name} is not for ${kind}, but for ${kinds.join(' and ')}.`);
  }
}

const bytesOfMegabyte = 1_000_000;

/** How a conversion is asked to treat others. */
export function conversionOptions({ texts, flags }: CommandLine): ConversionOptions {
  const number = (name: string, what: string) => wholeNumber(`--${name}`, texts[name], what);
  const maxWal = number('max-wal', 'megabytes');
  return {
    ...given('lockTimeout', number('lock-timeout', 'milliseconds')),
    ...given('patience', number('patience', 'milliseconds')),
    ...given('jobs', number('jobs', 'connections')),
    ...given('rate', number('rate', 'rows')),
    ...given('maxWal', maxWal === undefined ? undefined : maxWal * bytesOfMegabyte),
    ...given('maxReplicaLag', number('max-replica-lag', 'seconds')),
    ...given('skipTriggers', flags.has('skip-triggers') || undefined),
    ...given('until', texts['until'] as ConversionOptions['until']),
  };
}

/** A whole number from 1; undefined where there is none. */
export function wholeNumber(name: string, text: string | undefined, what: string) {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${name} needs a whole number of ${what} from 1, not ${text}.`);
}

function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };
}
