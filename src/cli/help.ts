import type { Command, OptionSpec } from './command.js';
import { commonOptions } from './options.js';
import { printLine } from './print.js';

/** Prints the commands. */
export function printHelp(commands: readonly Command[]): void {
  printLine('Usage: dual-id <command> [options]');
  printLine();
  printPairs([
    ...commands.map(({ usage, summary }): [string, string] => [usage, summary]),
    ['help [command]', 'this text, or the options of a command'],
    ['--version', 'the version of the library'],
  ]);
  printLine();
  printLine(
    'The database is OWNER_DATABASE_URL, if the application works as a role other than the',
  );
  printLine('owner, or DATABASE_URL, or if neither is set the embedded server of the data folder');
  printLine('DUAL_ID_DATA_DIR (.data): the running one, or one started for the command.');
}

/** Prints the usage and options of one command. */
export async function printCommandHelp(command: Command, args: readonly string[]): Promise<void> {
  // Help must not fail for lack of a config module.
  const own = await command.ownOptions?.(args).catch(() => ({}));
  printLine(`Usage: dual-id ${command.usage} [options]`);
  printLine();
  printLine(`It ${command.summary}.`);
  printLine();
  const options = Object.entries({ ...command.options, ...own, ...commonOptions });
  printPairs(options.map(([name, spec]) => [optionUsage(name, spec), spec.summary]));
}

function optionUsage(name: string, { type, value }: OptionSpec): string {
  return type === 'boolean' ? `--${name}` : `--${name} <${value ?? 'value'}>`;
}

function printPairs(pairs: readonly (readonly [string, string])[]): void {
  const width = Math.max(...pairs.map(([left]) => left.length));
  for (const [left, right] of pairs) printLine(`  ${left.padEnd(width)}  ${right}`);
}
