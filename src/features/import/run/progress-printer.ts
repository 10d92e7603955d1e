import type { ImportProgress } from '../source/file-progress.js';

/** Shows how far an import is, on stderr, where it does not get into the way of the answer. */
export interface ProgressPrinter {
  readonly show: (progress: ImportProgress) => void;
  /** Takes an unfinished bar away. */
  readonly clear: () => void;
}

/**
 * Prints how far an import is, for `onProgress`: a bar that is redrawn on a terminal; otherwise a
 * line for each finished file, and one every ten seconds while a file is on its way.
 */
export function progressPrinter(output: ProgressOutput = process.stderr): ProgressPrinter {
  return output.isTTY ? barPrinter(output) : linePrinter(output);
}

/** Where progress is written, such as `process.stderr`. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): boolean;
}

const redrawMilliseconds = 100;
const lineMilliseconds = 10_000;
const barWidth = 24;
const clearLine = '\r\u001B[2K';

function barPrinter(output: ProgressOutput): ProgressPrinter {
  let drawnAt = 0;
  let drawnStep = '';
  const show = (progress: ImportProgress) => {
    const now = performance.now();
    if (progress.step === drawnStep && now - drawnAt < redrawMilliseconds) return;
    drawnAt = now;
    drawnStep = progress.step;
    const end = progress.step === 'done' ? '\n' : '';
    output.write(`${clearLine}${bar(progress)} ${progressLine(progress)}${end}`);
  };
  return {
    show,
    clear: () => {
      if (drawnStep !== '' && drawnStep !== 'done') output.write(clearLine);
    },
  };
}

/** Nobody waits for a line of a log, but a log without one for minutes looks dead. */
function linePrinter(output: ProgressOutput): ProgressPrinter {
  let writtenAt = performance.now();
  const show = (progress: ImportProgress) => {
    const now = performance.now();
    if (progress.step !== 'done' && now - writtenAt < lineMilliseconds) return;
    writtenAt = now;
    output.write(`${progressLine(progress)}\n`);
  };
  return { show, clear: () => undefined };
}

/** Reading fills the first half of a bar; a stream of unknown length shows none of it. */
function bar({ step, bytes, totalBytes }: ImportProgress): string {
  const share = totalBytes === undefined ? 0 : Math.min(bytes / Math.max(totalBytes, 1), 1);
  const parts = { reading: share / 2, checking: 0.5, loading: 0.75, done: 1 };
  const full = Math.round(parts[step] * barWidth);
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`;
}

function progressLine({ file, step, rows }: ImportProgress): string {
  return `${file}: ${step}, ${rows} rows`;
}
