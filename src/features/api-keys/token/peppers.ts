import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey } from 'node:crypto';
import { problem } from '../../../core/errors/problem.js';

/** The hash of a token, and the version of the pepper that it was made with. */
export interface PepperedHash {
  readonly hash: Buffer;
  readonly pepperVersion: number;
}

const minBytes = 32;
const hexText = /^(?:[0-9a-f]{2})+$/i;
const base64Text = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Hashes tokens with HMAC-SHA-256 under secrets that the database does not have. New keys use the
 * pepper of one version, the highest by default; keys of others are valid for as long as theirs is
 * there.
 */
export class Peppers {
  readonly #keys: ReadonlyMap<number, KeyObject>;
  /** The version that new keys use. */
  readonly current: number;

  constructor(peppers: Readonly<Record<number, string>>, newKeys?: number) {
    const entries = Object.entries(peppers ?? {}).map(readPepper);
    if (entries.length === 0) throw refusedPeppers('has no entry; it needs at least one');
    this.#keys = new Map(entries);
    this.current = newKeys ?? Math.max(...this.#keys.keys());
    if (this.#keys.has(this.current)) return;
    throw refusedPeppers(`lacks version ${this.current}, which newKeysPepper names`);
  }

  get versions(): readonly number[] {
    return [...this.#keys.keys()];
  }

  hash(token: string): PepperedHash {
    return { hash: this.hashWith(this.current, token)!, pepperVersion: this.current };
  }

  /** The hash under one pepper; undefined if that pepper is gone. */
  hashWith(version: number, token: string): Buffer | undefined {
    const key = this.#keys.get(version);
    return key && createHmac('sha256', key).update(token).digest();
  }
}

function readPepper([name, text]: [string, string]): [number, KeyObject] {
  const version = Number(name);
  if (!/^[1-9]\d*$/.test(name) || version > 32_767) {
    throw refusedPeppers(`has the version ${name}, not a whole number from 1 to 32767`);
  }
  const bytes = pepperBytes(text);
  if (bytes !== undefined && bytes.length >= minBytes) return [version, createSecretKey(bytes)];
  throw refusedPeppers(`has no ${minBytes} bytes in hex or base64 under version ${name}`);
}

/** A text that is both is hex: base64 that looks like it is improbable at this length. */
function pepperBytes(text: unknown): Buffer | undefined {
  if (typeof text !== 'string') return undefined;
  if (hexText.test(text)) return Buffer.from(text, 'hex');
  return base64Text.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function refusedPeppers(lack: string): Error {
  return problem('setup_refused', {
    detail: `The option peppers of ApiKeysModule ${lack}. Create a pepper with: node -p "crypto.randomBytes(32).toString('base64')"`,
  });
}
