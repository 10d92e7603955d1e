import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fromBase62, smallToBase62, toBase62 } from './base62.js';
import type { TokenForm } from './token-form.js';
import {
  checksumLength,
  partsPattern,
  requireTokenForm,
  secretLength,
  uuidLength,
} from './token-form.js';

/** The parts of a token that vary. */
export interface TokenParts {
  /** The public id of the key. */
  readonly uuid: string;
  readonly secret: string;
}

/** How many characters of the public id the visible start of a token has. */
const shownUuidLength = 8;
const lastUuid = toBase62(2n ** 128n - 1n, uuidLength);
const lastSecret = toBase62(2n ** 256n - 1n, secretLength);

/**
 * Creates and reads `prefix_env_uuid_secret_checksum`. Everything that is wrong with a text is found
 * without I/O: its length, its characters, numbers that are too large, and its checksum.
 */
export class KeyTokens {
  readonly #head: string;
  readonly #length: number;
  readonly #form: RegExp;

  constructor(form: TokenForm) {
    requireTokenForm(form);
    this.#head = `${form.prefix}_${form.environment}_`;
    this.#length = this.#head.length + uuidLength + secretLength + checksumLength + 2;
    this.#form = new RegExp(`^${this.#head}${partsPattern}$`);
  }

  /** Creates the token of a key, with a new secret. */
  create(uuid: string): string {
    const secret = BigInt(`0x${randomBytes(32).toString('hex')}`);
    const id = BigInt(`0x${uuid.replaceAll('-', '')}`);
    const text = `${this.#head}${toBase62(id, uuidLength)}_${toBase62(secret, secretLength)}_`;
    return text + tokenChecksum(text);
  }

  /** The beginning of a token, by which people recognize it; it tells nothing of the secret. */
  startOf(token: string): string {
    return token.slice(0, this.#head.length + shownUuidLength);
  }

  /** Whether a text begins like a token of this application. */
  hasHead(text: unknown): boolean {
    return typeof text === 'string' && text.startsWith(this.#head);
  }

  isWellFormed(text: unknown): text is string {
    if (typeof text !== 'string' || text.length !== this.#length || !this.#form.test(text)) {
      return false;
    }
    const { uuid, secret } = this.#split(text);
    if (uuid > lastUuid || secret > lastSecret) return false;
    return text.endsWith(tokenChecksum(text.slice(0, -checksumLength)));
  }

  /** Reads a token; undefined for any other value. */
  parse(text: unknown): TokenParts | undefined {
    if (!this.isWellFormed(text)) return undefined;
    const { secret } = this.#split(text);
    return { uuid: this.uuidOf(text), secret };
  }

  /** The public id in a token that is well-formed. */
  uuidOf(token: string): string {
    const hex = fromBase62(this.#split(token).uuid).toString(16).padStart(32, '0');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  #split(token: string): TokenParts {
    const at = this.#head.length;
    const end = at + uuidLength;
    return { uuid: token.slice(at, end), secret: token.slice(end + 1, end + 1 + secretLength) };
  }
}

/** The CRC-32 of everything before it. */
function tokenChecksum(text: string): string {
  return smallToBase62(crc32(text), checksumLength);
}
