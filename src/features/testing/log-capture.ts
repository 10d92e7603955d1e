import { Logger } from '@nestjs/common';

const streams = [process.stdout, process.stderr] as const;
const consoleMethods = ['log', 'info', 'warn', 'error', 'debug'] as const;
/** The levels that are on by default and report events, not debugging details. */
const loggerMethods = ['log', 'warn', 'error', 'fatal'] as const;

/**
 * Everything logged while work runs: output to stdout, stderr and the console, and what Nest's
 * logger gets at its default levels. The log still goes where it went before.
 */
export async function capturingLog<T>(
  work: () => Promise<T>,
): Promise<{ result: T; lines: readonly string[] }> {
  const lines = new Set<string>();
  const restore = [...watchStreams(lines), ...watchConsole(lines), ...watchLogger(lines)];
  try {
    return { result: await work(), lines: [...lines] };
  } finally {
    for (const undo of restore) undo();
  }
}

function watchStreams(lines: Set<string>): (() => void)[] {
  return streams.map((stream) => {
    const write = stream.write;
    stream.write = function (this: unknown, ...args: unknown[]) {
      lines.add(String(args[0]));
      return Reflect.apply(write, stream, args) as boolean;
    };
    return () => void (stream.write = write);
  });
}

/** Test runners give their tests a console that does not write to the streams. */
function watchConsole(lines: Set<string>): (() => void)[] {
  return consoleMethods.map((name) => {
    const write = console[name];
    console[name] = (...args: unknown[]) => {
      lines.add(args.map(loggedText).join(' '));
      write.apply(console, args);
    };
    return () => void (console[name] = write);
  });
}

/** An application's logger may write elsewhere, so Nest's own is captured before it passes on. */
function watchLogger(lines: Set<string>): (() => void)[] {
  const prototype = Logger.prototype as unknown as Record<string, (...args: unknown[]) => void>;
  return loggerMethods.map((name) => {
    const write = prototype[name]!;
    prototype[name] = function (this: unknown, ...args: unknown[]) {
      lines.add(args.map(loggedText).join(' '));
      Reflect.apply(write, this, args);
    };
    return () => void (prototype[name] = write);
  });
}

function loggedText(value: unknown): string {
  if (value instanceof Error) return `${value.stack ?? value.message} ${loggedText({ ...value })}`;
  return typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value);
}
