/** An option of a command, in the words of `node:util` parseArgs. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** What the value is called in the help: `--rejects <folder>`. */
  readonly value?: string;
  /** The only values it takes, where they are known. */
  readonly values?: readonly string[];
  /** Whether it may be given more than once. */
  readonly isList?: boolean;
  readonly summary: string;
}

/** Options by name, without their hyphens. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** A command line, understood. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  /** The values of options that may be given more than once, each in the order given. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly flags: ReadonlySet<string>;
}

/** One command of `dual-id`. */
export interface Command {
  readonly name: string;
  /** Its words, as in `import <folder>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: OptionSpecs;
  /** Options that only the application knows. */
  readonly ownOptions?: (args: readonly string[]) => Promise<OptionSpecs>;
  /** The exit code of a run that failed; 1 by default. */
  readonly failureCode?: number;
  /** Does it; the exit code is 0 unless it returns another. */
  readonly run: (line: CommandLine) => Promise<number | void>;
}
