import type { ConversionStatus } from '../features/conversion/conversions.js';
import { describeStep } from '../features/conversion/steps/step-sql.js';
import { figuresOf } from './conversion-progress.js';
import { printLine } from './print.js';
import { shownTable } from './printed-plan.js';

/** How fast a step moves on, as far as two looks at it tell. */
export interface Speed {
  readonly rowsPerSecond?: number;
  readonly blocksPerSecond?: number;
}

/** Prints where a conversion is, and what to do next. */
export function printConversion(status: ConversionStatus, speed: Speed, isJson: boolean): void {
  const step = currentStep(status);
  const figures = step === undefined ? {} : { ...progressOf(step), ...timeLeft(step, speed) };
  if (isJson) return printLine(JSON.stringify(statusJson(status, figures)));
  const { plan, rate, failure, isPaused } = status;
  printLine(`${shownTable(plan.subject)}: ${plan.kind}, ${stateInWords(status)}`);
  if (step !== undefined) {
    const place = `step ${step.number} of ${step.of}, ${step.phase}: ${step.name}`;
    printLine(`  ${[place, ...figuresOf({ ...speed, ...figures })].join(', ')}`);
  }
  if (rate !== null) printLine(`  at most ${rate} rows/s`);
  if (failure !== null && !isPaused) printLine(`  it failed: ${failure}`);
  const next = nextCommand(status);
  if (next !== undefined) printLine(`  next: ${next}`);
}

/** The first step that is not done, or that is not taken back. */
export function currentStep({ steps, state }: ConversionStatus) {
  const before = steps.filter(({ phase }) => phase !== 'contract');
  const isContracting = steps.some(({ phase, stored }) => phase === 'contract' && stored);
  const all = isContracting ? steps : before;
  const isBack = state === 'rolling back';
  const index = isBack
    ? all.findLastIndex(({ stored }) => stored !== undefined)
    : all.findIndex(({ stored }) => stored?.state !== 'done');
  if (index < 0 || state === 'rolled back') return undefined;
  const { name, phase, stored } = all[index]!;
  return { name, phase, stored, number: index + 1, of: all.length };
}

type CurrentStep = NonNullable<ReturnType<typeof currentStep>>;

function progressOf({ stored }: CurrentStep) {
  if (!stored || stored.nextBlock === null || stored.endBlock === null) return {};
  return { blocks: { done: stored.nextBlock, all: stored.endBlock } };
}

function timeLeft(step: CurrentStep, { blocksPerSecond = 0 }: Speed) {
  const { blocks } = progressOf(step);
  if (blocks === undefined || blocksPerSecond === 0) return {};
  return { secondsLeft: (blocks.all - blocks.done) / blocksPerSecond };
}

function stateInWords({ state, isPaused, hasRunner }: ConversionStatus): string {
  const isMoving = state === 'running' || state === 'rolling back';
  if (isMoving && !hasRunner) return `${state}, but no process is at work on it`;
  return isPaused && isMoving ? 'paused' : state;
}

/** What an operator does next, as a command; undefined while there is nothing to do. */
export function nextCommand({ state, plan, hasRunner, steps, isPaused }: ConversionStatus) {
  const table = shellTable(plan.subject);
  const isContracting = steps.some(({ phase, stored }) => phase === 'contract' && stored);
  if (hasRunner) return isPaused ? `dual-id convert unpause ${table}` : undefined;
  switch (state) {
    case 'observing':
      return `dual-id convert contract ${table}`;
    case 'rolling back':
      return `dual-id convert rollback ${table}`;
    case 'contracted':
    case 'rolled back':
      return undefined;
    default:
      return `dual-id convert ${isContracting ? 'contract' : 'resume'} ${table}`;
  }
}

/** A table's name as a word of a shell. */
export function shellTable(table: ConversionStatus['plan']['subject']): string {
  const name = shownTable(table);
  return /^[\w.]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

function statusJson(status: ConversionStatus, figures: object): object {
  const { name, plan, state, isPaused, hasRunner, rate, failure, createdAt, changedAt } = status;
  const steps = status.steps.map(({ stored, ...step }) => {
    const { name: stepName, phase } = describeStep(step);
    const { begunAt, endedAt, rows, result } = stored ?? {};
    return {
      name: stepName,
      phase,
      state: stored?.state ?? 'open',
      begunAt,
      endedAt,
      rows,
      result,
    };
  });
  const current = currentStep(status);
  const { name: step, number, of } = current ?? {};
  const about = { kind: plan.kind, state, isPaused, hasRunner, rate, failure };
  return { name, ...about, createdAt, changedAt, step, number, of, ...figures, steps };
}
