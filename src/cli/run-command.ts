import type { Command } from './command.js';
import { convertCommand } from './convert-command.js';
import { describeFailure } from './failure.js';
import { doctorCommand } from './doctor-command.js';
import { exportCommand } from './export-command.js';
import { feedCommand } from './feed-command.js';
import { generateCommand } from './generate-command.js';
import { printCommandHelp, printHelp } from './help.js';
import { historyCommand } from './history-command.js';
import { importCommand } from './import-command.js';
import { keysCommand } from './keys-command.js';
import { legacyIdsCommand } from './legacy-ids-command.js';
import { lintCommand } from './lint-command.js';
import { migrateCommand } from './migrate-command.js';
import { nearest } from './nearest.js';
import { commonOptions, parseOptions } from './options.js';
import { printError, printLine } from './print.js';
import { UsageError } from './usage-error.js';
import { libraryVersion } from './version.js';

/** Every command, in alphabetical order. */
export const commands: readonly Command[] = [
  convertCommand,
  doctorCommand,
  exportCommand,
  feedCommand,
  generateCommand,
  historyCommand,
  importCommand,
  keysCommand,
  legacyIdsCommand,
  lintCommand,
  migrateCommand,
];

/**
 * Runs one command line; returns the exit code: 0 success, 1 failure, 2 invalid usage. For the
 * doctor and the lint 1 means that they found something, so a failure is 2 as well.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return (await dispatch(args)) ?? 0;
  } catch (error) {
    printError(describeFailure(error, { isVerbose: args.includes('--verbose') }));
    if (error instanceof UsageError) return 2;
    return commands.find(({ name }) => name === args[0])?.failureCode ?? 1;
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number | void> {
  if (name === undefined) throw new UsageError('Name a command.');
  if (name === '--version' || name === '-v') return printLine(libraryVersion());
  if (name === '--help' || name === '-h') return printHelp(commands);
  if (name === 'help') return help(rest);
  const command = commandNamed(name);
  if (rest.includes('--help') || rest.includes('-h')) return printCommandHelp(command, rest);
  const options = { ...commonOptions, ...command.options, ...(await command.ownOptions?.(rest)) };
  return command.run(parseOptions(rest, options));
}

async function help([topic, ...rest]: readonly string[]): Promise<void> {
  if (topic === undefined) printHelp(commands);
  else await printCommandHelp(commandNamed(topic), rest);
}

function commandNamed(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command) return command;
  const names = [...commands.map((candidate) => candidate.name), 'help', '--version'];
  const close = nearest(name, names);
  throw new UsageError(`There is no command ${name}.${close ? ` Did you mean ${close}?` : ''}`);
}
