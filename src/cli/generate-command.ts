import type { DataGenerator, GeneratedFile } from '../core/cli-config.js';
import { loadApplication } from './application.js';
import type { Command, CommandLine, OptionSpecs } from './command.js';
import { configPath } from './options.js';
import { printLine, printTable } from './print.js';
import { UsageError } from './usage-error.js';

/** `dual-id generate`: makes up files that the application imports. */
export const generateCommand: Command = {
  name: 'generate',
  usage: 'generate --users <number> --seed <text>',
  summary: 'makes up files to import; the same options give the same bytes everywhere',
  options: {
    users: { type: 'string', value: 'number', summary: 'how many users' },
    seed: { type: 'string', value: 'text', summary: 'a different seed gives different data' },
    out: {
      type: 'string',
      value: 'folder',
      summary: 'the folder for the files, created if needed; by default `generated`',
    },
  },
  ownOptions: async (args) => sizeOptionsOf(await loadGenerator(configPath(args))),
  run: runGenerate,
};

async function runGenerate({ words, texts }: CommandLine): Promise<void> {
  if (words.length > 0) throw new UsageError(`generate takes no argument, but got ${words[0]}.`);
  const { config, users, seed, out: folder = 'generated', ...chosen } = texts;
  if (users === undefined || seed === undefined) {
    throw new UsageError('Pass both: `dual-id generate --users <number> --seed <text>`.');
  }
  const generator = await loadGenerator(config);
  const sizes = Object.entries(generator.sizes ?? {}).map(
    ([name, { defaultSize: defaultValue, maxSize: max }]) => {
      const text = chosen[name];
      return [name, text === undefined ? defaultValue : readWholeNumber(name, text, max)] as const;
    },
  );
  const start = performance.now();
  const files = await generator.generate({
    users: readWholeNumber('users', users, Number.MAX_SAFE_INTEGER),
    seed,
    folder,
    sizes: Object.fromEntries(sizes),
  });
  printFiles(files);
  printLine();
  printLine(`Done in ${((performance.now() - start) / 1000).toFixed(1)} s: ${folder}`);
}

async function loadGenerator(path: string | undefined): Promise<DataGenerator> {
  const { generate } = await loadApplication(path);
  if (generate) return generate;
  throw new Error('The config has no `generate`. Add one that makes up data for its import.');
}

function sizeOptionsOf({ sizes = {} }: DataGenerator): OptionSpecs {
  return Object.fromEntries(
    Object.entries(sizes).map(([name, { defaultSize: defaultValue, maxSize: max, summary }]) => [
      name,
      { type: 'string', value: 'number', summary: `${summary}; ${defaultValue}, at most ${max}` },
    ]),
  );
}

function readWholeNumber(name: string, text: string, max: number): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= max) return number;
  throw new UsageError(`--${name} needs a whole number from 1 to ${max}, not ${text}.`);
}

function printFiles(files: readonly GeneratedFile[]): void {
  printTable([
    ['file', 'rows', 'bytes'],
    ...files.map(({ name, rows, bytes }) => [name, String(rows), String(bytes)]),
  ]);
}
