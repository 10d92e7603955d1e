import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./holder.js', import.meta.url));

/** The parameters of a holder: the database, whose lease, how long, and how wrong its clock is. */
export interface Holding {
  readonly url: string;
  readonly uuid: string;
  readonly ttl: number;
  readonly clockSkew?: number;
}

/** A process that holds the lease of a reading. */
export class HolderProcess {
  readonly exit: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor({ url, uuid, ttl, clockSkew = 0 }: Holding) {
    const args = [script, url, uuid, String(ttl), String(clockSkew)];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    this.#child = spawn(process.execPath, args, { env, stdio: [...stdio], timeout: 300_000 });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.exit = new Promise((resolve) => this.#child.on('exit', resolve));
  }

  /** The next line it prints. */
  async next(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next();
    return done ? {} : (JSON.parse(value) as Record<string, unknown>);
  }

  /** Makes it write a value, or end. */
  order(value: number | 'end'): void {
    this.#child.stdin!.write(`${value}\n`);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}
