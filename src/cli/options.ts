import { parseArgs } from 'node:util';
import type { CommandLine, OptionSpec, OptionSpecs } from './command.js';
import { nearest } from './nearest.js';
import { UsageError } from './usage-error.js';

/** Options of every command. */
export const commonOptions: OptionSpecs = {
  config: {
    type: 'string',
    value: 'path',
    summary: 'the config module; by default `dualId.config` in package.json',
  },
  verbose: { type: 'boolean', summary: 'shows errors with their stack' },
  help: { type: 'boolean', summary: 'this text' },
};

/**
 * Reads the arguments and options of a command line. Throws a `UsageError` that says what is wrong.
 */
export function parseOptions(args: readonly string[], specs: OptionSpecs): CommandLine {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [name, { type }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const words: string[] = [];
  const texts: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (!spec) throw unknownOption(token.rawName, specs);
    if (spec.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`);
      flags.add(token.name);
    } else if (spec.isList) {
      (lists[token.name] ??= []).push(optionValue(token, spec));
    } else {
      texts[token.name] = optionValue(token, spec);
    }
  }
  return { words, texts, lists, flags };
}

/** The value of `--config`, read before the other options are known. */
export function configPath(args: readonly string[]): string | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' } },
    strict: false,
  });
  return typeof values.config === 'string' ? values.config : undefined;
}

interface ValueToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function optionValue({ rawName, value, inlineValue }: ValueToken, spec: OptionSpec): string {
  const known = spec.values ? `one of: ${spec.values.join(', ')}` : `a ${spec.value ?? 'value'}`;
  if (value === undefined || value === '' || (!inlineValue && /^-./.test(value))) {
    throw new UsageError(`${rawName} needs ${known}.`);
  }
  if (!spec.values || spec.values.includes(value)) return value;
  const close = nearest(value, spec.values);
  const hint = close ? ` Did you mean ${close}?` : '';
  throw new UsageError(`${rawName} needs ${known}, not ${value}.${hint}`);
}

function unknownOption(rawName: string, specs: OptionSpecs): UsageError {
  const close = nearest(
    rawName,
    Object.keys(specs).map((name) => `--${name}`),
  );
  return new UsageError(`There is no option ${rawName}.${close ? ` Did you mean ${close}?` : ''}`);
}
