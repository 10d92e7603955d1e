/** An option of a command, based on `node:util` parseArgs. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** The name of the value in the help: `--rejects <folder>`. */
  readonly value?: string;
  /** The only values it accepts, if they are known. */
  readonly values?: readonly string[];
  /** Whether it may be given more than once. */
  readonly isList?: boolean;
  readonly summary: string;
}

/** Options by name, without their hyphens. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** A parsed command line. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  /** The values of options that may be given more than once, in the order given. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly flags: ReadonlySet<string>;
}

/** One command of `dual-id`. */
export interface Command {
  readonly name: string;
  /** Its usage, as in `import <folder>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: OptionSpecs;
  /** Options that only the application defines. */
  readonly ownOptions?: (args: readonly string[]) => Promise<OptionSpecs>;
  /** The exit code of a run that failed; 1 by default. */
  readonly failureCode?: number;
  /** Runs the command; the exit code is 0 unless it returns another. */
  readonly run: (line: CommandLine) => Promise<number | void>;
}
