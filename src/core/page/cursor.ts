import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { problem } from '../errors/problem.js';

const nonceLength = 12;
const tagLength = 16;
/**
 * Sort values are padded to a multiple of this many bytes; a number, instant or id fits into one
 * block.
 */
const blockLength = 32;

/**
 * Cursors that reveal nothing and cannot be forged: AES-256-GCM over the sort values of the last
 * row, bound to the query. A cursor of another route, filter, order or key does not decrypt.
 */
export class CursorCipher {
  readonly #keys: readonly Buffer[];
  /** Random bytes in stock, because getting a few costs as much as getting many. */
  #stock = Buffer.alloc(0);

  constructor(secret: string | readonly string[] | undefined) {
    const secrets = secret === undefined ? [randomBytes(32).toString('hex')] : [secret].flat();
    if (secrets.length === 0 || secrets.some((text) => text.length < 16)) {
      throw problem('setup_refused', {
        detail: 'The cursor secret has fewer than 16 characters.',
      });
    }
    this.#keys = secrets.map((text) =>
      Buffer.from(hkdfSync('sha256', text, '', 'nest-dual-id cursor', 32)),
    );
  }

  /** Seals sort values; `question` is everything the cursor is bound to. */
  seal(values: readonly (string | null)[], question: string): string {
    const nonce = this.#nonce();
    const cipher = createCipheriv('aes-256-gcm', this.#keys[0]!, nonce);
    cipher.setAAD(Buffer.from(question));
    const sealed = Buffer.concat([cipher.update(padded(values), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** Returns bytes that were never used as a nonce before. */
  #nonce(): Buffer {
    if (this.#stock.length === 0) this.#stock = randomBytes(nonceLength * 256);
    const nonce = this.#stock.subarray(0, nonceLength);
    this.#stock = this.#stock.subarray(nonceLength);
    return nonce;
  }

  /** Opens a cursor; anything not sealed for this question is `invalid_cursor`. */
  open(cursor: string, question: string): readonly (string | null)[] {
    const bytes = Buffer.from(cursor, 'base64url');
    // Buffer skips characters outside base64url, so only the canonical encoding is accepted.
    if (bytes.length > nonceLength + tagLength && bytes.toString('base64url') === cursor) {
      for (const key of this.#keys) {
        const text = decrypt(bytes, key, question);
        if (text !== undefined) return JSON.parse(text) as (string | null)[];
      }
    }
    throw invalidCursor();
  }
}

/**
 * The values as JSON, each padded with spaces, so that the length does not reveal how many digits
 * an id has.
 */
function padded(values: readonly (string | null)[]): string {
  const texts = values.map((value) => {
    const text = JSON.stringify(value);
    const rest = Buffer.byteLength(text) % blockLength;
    return rest === 0 ? text : text + ' '.repeat(blockLength - rest);
  });
  return `[${texts.join(',')}]`;
}

/** The refusal of a cursor, which does not reveal the reason. */
export function invalidCursor(): Error {
  return problem('invalid_cursor', {
    errors: [{ parameter: 'after', detail: 'is not a cursor of this route, filter and order' }],
  });
}

function decrypt(bytes: Buffer, key: Buffer, question: string): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength));
  decipher.setAAD(Buffer.from(question));
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    const sealed = bytes.subarray(nonceLength, -tagLength);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
