import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/shop/main.js', import.meta.url));
const startMilliseconds = 30_000;

const firstKey = `first-${'k'.repeat(40)}`;

/** What requests of the owner say of themselves. */
export const ownerHeaders = { authorization: `Bearer ${firstKey}` };

/** What a shop is started with unless a test says otherwise. */
const defaultEnvironment = {
  DATABASE_URL: '',
  NODE_OPTIONS: '',
  PORT: '0',
  DUAL_ID_PEPPER: '5e'.repeat(32),
  DUAL_ID_FIRST_KEY: firstKey,
  REQUESTS_PER_MINUTE: 'unlimited',
  ACCESS_LOG: 'off',
};

/** The shop as its user starts it: a process of its own. */
export class ShopProcess {
  output = '';
  readonly exit: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(environment: Record<string, string>, args: readonly string[] = []) {
    const env = { ...process.env, ...defaultEnvironment, ...environment };
    this.#child = spawn(process.execPath, [main, ...args], { env, timeout: 120_000 });
    this.#child.stdout!.on('data', (chunk) => (this.output += String(chunk)));
    this.#child.stderr!.on('data', (chunk) => (this.output += String(chunk)));
    this.exit = new Promise((resolve) => this.#child.on('exit', resolve));
  }

  /** The address of the API, once the shop prints it. */
  async ready(milliseconds = startMilliseconds): Promise<string> {
    const end = Date.now() + milliseconds;
    while (Date.now() < end && this.#child.exitCode === null) {
      const url = /^API: +(\S+)\/products$/m.exec(this.output)?.[1];
      if (url) return url;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The shop did not start: ${this.output}`);
  }

  /** Waits until the shop has printed a text. */
  async said(text: string): Promise<void> {
    while (!this.output.includes(text) && this.isAlive) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<number | null> {
    this.signal('SIGINT');
    return this.exit;
  }
}

/** A data folder that does not exist yet, and its removal. */
export function dataFolder(): { path: string; remove: () => Promise<void> } {
  const path = join(tmpdir(), `dual-id-shop-${randomBytes(6).toString('hex')}`);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
