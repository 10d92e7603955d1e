import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A line as a shell runs it, in a process group of its own. */
export class ShellCommand {
  /** What it printed. Throws that when it failed. */
  readonly done: Promise<string>;
  readonly #shell: ChildProcess;
  #output = '';
  #hasEnded = false;

  constructor(line: string, cwd: string, environment: Readonly<Record<string, string>>) {
    const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', ...environment };
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    this.#shell = spawn('bash', ['-c', line], { cwd, env, detached: true, stdio: [...stdio] });
    for (const stream of [this.#shell.stdout!, this.#shell.stderr!]) {
      stream.on('data', (chunk) => (this.#output += String(chunk)));
    }
    this.done = once(this.#shell, 'close').then(([code, signal]) => {
      this.#hasEnded = true;
      if (code !== 0) throw new Error(`${line} ended with ${code ?? signal}:\n${this.#output}`);
      return this.#output;
    });
    this.done.catch(() => undefined);
  }

  /** Waits until it has printed some words. Throws what it printed when it ends before. */
  async says(words: string): Promise<string> {
    while (!this.#output.includes(words)) {
      if (this.#hasEnded) throw new Error(`${await this.done}\nnever said ${words}`);
      await new Promise((later) => setTimeout(later, 50));
    }
    return this.#output;
  }

  /** Ends it, and whatever it started. */
  async end(): Promise<void> {
    if (!this.#hasEnded) process.kill(-this.#shell.pid!, 'SIGTERM');
    await this.done.catch(() => undefined);
  }
}
