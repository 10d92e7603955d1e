import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../../src/shop/generate/random.js';

const script = fileURLToPath(new URL('./feed-worker.js', import.meta.url));

/** What a worker is started with: consumer, lease in milliseconds, and maybe a file. */
export interface WorkerPlan {
  readonly name: string;
  readonly lease: number;
  readonly file?: string;
}

/** Processes that consume the feed, and that are killed, stopped for a while and started again. */
export class FeedWorkers {
  readonly counts = { kills: 0, stops: 0 };
  readonly #running: ChildProcess[];
  readonly #output: string[] = [];
  #isEnding = false;

  constructor(
    private readonly url: string,
    private readonly plans: readonly WorkerPlan[],
    private readonly random: Random,
  ) {
    this.#running = plans.map((plan) => this.#start(plan));
  }

  /** Kills one of them and starts another in its place, or stops it for up to five leases. */
  async disturb(): Promise<void> {
    const place = this.random.below(this.plans.length);
    const worker = this.#running[place]!;
    if (this.random.below(8) === 0) {
      this.counts.kills += 1;
      worker.kill('SIGKILL');
      this.#running[place] = this.#start(this.plans[place]!);
      return;
    }
    this.counts.stops += 1;
    worker.kill('SIGSTOP');
    await sleep(this.plans[place]!.lease * (1 + this.random.below(400) / 100));
    worker.kill('SIGCONT');
  }

  /** Ends them in peace; returns what they complained of. */
  async end(): Promise<readonly string[]> {
    this.#isEnding = true;
    const ends = this.#running.map((worker) => {
      worker.stdin!.end();
      if (worker.exitCode !== null || worker.signalCode !== null) return undefined;
      return new Promise((resolve) => worker.once('exit', resolve));
    });
    await Promise.all(ends);
    return this.#output;
  }

  #start({ name, lease, file }: WorkerPlan): ChildProcess {
    const args = [this.url, name, String(lease), ...(file === undefined ? [] : [file])];
    const worker = spawn(process.execPath, [script, ...args], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 150_000,
    });
    for (const stream of [worker.stdout, worker.stderr])
      stream.on('data', (chunk) => this.#output.push(String(chunk)));
    worker.once('exit', (code, signal) => {
      if (signal === 'SIGKILL' || (this.#isEnding && code === 0)) return;
      this.#output.push(`A worker of ${name} ended with ${signal ?? code}.`);
    });
    return worker;
  }
}
