import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ConversionOptions, ConversionRequest } from 'nest-dual-id/conversion';

const script = fileURLToPath(new URL('./runner.js', import.meta.url));

/** What a process shall do with a conversion. */
export interface RunnerOrder {
  readonly url: string;
  readonly work: 'start' | 'resume' | 'contract' | 'rollback';
  readonly name: string;
  readonly request?: ConversionRequest;
  readonly options?: Omit<ConversionOptions, 'log' | 'onProgress'>;
  /** Kills itself so many milliseconds after the step has begun; 0 is before it has. */
  readonly killAt?: { readonly step: number; readonly after: number };
}

/** How a process ended. */
export type RunnerEnd = 'ended' | 'killed' | { readonly failed: string };

interface Line {
  readonly step?: string;
  readonly log?: string;
  readonly ended?: boolean;
  readonly failed?: string;
}

/** A conversion that runs in a process of its own, which may be killed. */
export class RunnerProcess {
  readonly steps: string[] = [];
  readonly logged: string[] = [];
  readonly end: Promise<RunnerEnd>;
  readonly #child: ChildProcess;
  readonly #waiting: { readonly step: RegExp; readonly resolve: () => void }[] = [];

  constructor(order: RunnerOrder) {
    this.#child = spawn(process.execPath, [script, JSON.stringify(order)], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 280_000,
    });
    this.end = this.#follow();
  }

  /** Resolves when the process begins a step whose name is like this. */
  reaches(step: RegExp): Promise<void> {
    if (this.steps.some((name) => step.test(name))) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ step, resolve }));
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  stop(): void {
    this.#child.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child.kill('SIGCONT');
  }

  async #follow(): Promise<RunnerEnd> {
    const gone = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    let end: RunnerEnd = 'killed';
    for await (const text of createInterface(this.#child.stdout!)) {
      const line = JSON.parse(text) as Line;
      if (line.step !== undefined) this.#note(line.step);
      if (line.log !== undefined) this.logged.push(line.log);
      if (line.ended) end = 'ended';
      if (line.failed !== undefined) end = { failed: line.failed };
    }
    await gone;
    return end;
  }

  #note(step: string): void {
    this.steps.push(step);
    for (const { step: wanted, resolve } of this.#waiting) if (wanted.test(step)) resolve();
  }
}
