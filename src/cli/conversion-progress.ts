import type { ConversionProgress } from '../features/conversion/run/run-options.js';

/** Where the progress of a conversion is shown, such as `process.stderr`. */
export interface ProgressTerminal {
  readonly isTTY?: boolean;
  write(text: string): boolean;
}

/** Shows how far a conversion is, on stderr, where it does not get into the way of the answer. */
export interface ConversionPrinter {
  readonly show: (progress: ConversionProgress) => void;
  /** Takes an unfinished bar away. */
  readonly clear: () => void;
}

const redrawAfter = 100;
const lineAfter = 10_000;
const widthOfBar = 24;
const eraseLine = '\r\u001B[2K';

/**
 * Shows a bar that is redrawn on a terminal; otherwise a line for each step, and one every ten
 * seconds while a step takes longer.
 */
export function conversionPrinter(output: ProgressTerminal = process.stderr): ConversionPrinter {
  const isTerminal = output.isTTY === true;
  const pause = isTerminal ? redrawAfter : lineAfter;
  let shown = { step: '', at: 0 };
  let first = { step: '', at: 0, done: 0 };
  return {
    show: (progress) => {
      const now = performance.now();
      const done = progress.blocks?.done ?? 0;
      if (progress.step !== first.step) first = { step: progress.step, at: now, done };
      if (progress.step === shown.step && now - shown.at < pause) return;
      shown = { step: progress.step, at: now };
      const line = progressSentence(progress, secondsFor(progress, { since: first, now }));
      output.write(isTerminal ? `${eraseLine}${barOf(progress)} ${line}` : `${line}\n`);
    },
    clear: () => {
      if (isTerminal && shown.step !== '') output.write(eraseLine);
      shown = { step: '', at: 0 };
    },
  };
}

/** The bar is of the whole: each step has the same part of it. */
function barOf({ number, of, blocks }: ConversionProgress): string {
  const part = blocks === undefined ? 0 : blocks.done / Math.max(blocks.all, 1);
  const full = Math.round(((number - 1 + Math.min(part, 1)) / of) * widthOfBar);
  return `[${'#'.repeat(full)}${'-'.repeat(widthOfBar - full)}]`;
}

function secondsFor(
  { blocks }: ConversionProgress,
  { since, now }: { since: { readonly at: number; readonly done: number }; now: number },
): number | undefined {
  if (blocks === undefined || blocks.done <= since.done) return undefined;
  return ((blocks.all - blocks.done) * (now - since.at)) / (blocks.done - since.done) / 1_000;
}

function progressSentence(progress: ConversionProgress, secondsLeft: number | undefined): string {
  const { step, phase, number, of } = progress;
  const figures = figuresOf({ ...progress, secondsLeft });
  return [`${number}/${of} ${phase}: ${step}`, ...figures].join(', ');
}

/** How far a step is, how fast, and how long it will take, as far as that is known. */
export function figuresOf({
  blocks,
  rowsPerSecond,
  secondsLeft,
}: Pick<ConversionProgress, 'blocks' | 'rowsPerSecond'> & {
  secondsLeft?: number | undefined;
}): string[] {
  return [
    ...(blocks === undefined ? [] : [`${percentOf(blocks)} %`]),
    ...(rowsPerSecond === undefined ? [] : [`${inThousands(rowsPerSecond)} rows/s`]),
    ...(secondsLeft === undefined ? [] : [`about ${durationOf(secondsLeft)} left`]),
  ];
}

function percentOf({ done, all }: { readonly done: number; readonly all: number }): number {
  return all === 0 ? 100 : Math.floor((Math.min(done, all) / all) * 100);
}

/** A number with its digits in groups of three. */
export function inThousands(number: number): string {
  return Math.round(number).toLocaleString('en');
}

/** `45 s`, `12 min`, `3.5 h`. */
function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
