import { hash } from 'node:crypto';
import type { ImportedTokens } from './imported-tokens.js';
import type { KeyTokens } from './key-tokens.js';

/** A text that may be a token; whether it is, only the database knows. */
export interface RecognizedToken {
  readonly text: string;
  /** The public id in it; undefined for the token of another system. */
  readonly uuid: string | undefined;
  /** The names of the declared patterns that the token of another system fits. */
  readonly names: readonly string[];
  readonly environment: string;
  readonly sha256: () => Buffer;
}

/** Tells texts that may be tokens from all others, without I/O. */
export class TokenReader {
  constructor(
    private readonly tokens: KeyTokens,
    private readonly imported: ImportedTokens,
    private readonly environment: string,
  ) {}

  mayBeToken(text: unknown): text is string {
    if (this.tokens.isWellFormed(text)) return true;
    return !this.tokens.hasHead(text) && this.imported.namesOf(text).length > 0;
  }

  /** Reads a text that may be a token. */
  recognize(text: string): RecognizedToken {
    const isOwn = this.tokens.hasHead(text);
    return {
      text,
      uuid: isOwn ? this.tokens.uuidOf(text) : undefined,
      names: isOwn ? [] : this.imported.namesOf(text),
      environment: this.environment,
      sha256: () => hash('sha256', text, 'buffer'),
    };
  }
}
