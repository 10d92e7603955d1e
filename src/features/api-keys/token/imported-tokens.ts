import { problem } from '../../../core/errors/problem.js';

/** Tokens that another system has issued, whose SHA-256 hashes are imported. */
export interface ImportedKeys {
  /** Names the origin of the keys. */
  readonly name: string;
  /** What such a token looks like from its first to its last character. */
  readonly pattern: RegExp;
}

/** The maximum length of a foreign token, before any pattern is tried. */
const maxLength = 512;

/** Recognizes tokens that another system has issued. */
export class ImportedTokens {
  readonly #patterns: ReadonlyMap<string, RegExp>;

  constructor(imported: readonly ImportedKeys[] = []) {
    this.#patterns = new Map(imported.map(readPattern));
    if (this.#patterns.size === imported.length) return;
    throw refusedImported('has two entries of the same name');
  }

  has(name: string): boolean {
    return this.#patterns.has(name);
  }

  /** The names of the patterns that a text fits; none for anything else. */
  namesOf(text: unknown): readonly string[] {
    if (typeof text !== 'string' || text.length > maxLength) return [];
    return [...this.#patterns].flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []));
  }
}

function readPattern({ name, pattern }: ImportedKeys): [string, RegExp] {
  if (typeof name !== 'string' || name.length === 0 || name.length > 100) {
    throw refusedImported('has an entry whose name is not 1 to 100 characters long');
  }
  if (!(pattern instanceof RegExp)) {
    throw refusedImported(`has no regular expression as the pattern of ${name}`);
  }
  // With g or y the outcome would depend on earlier texts, and with m a line would be enough.
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gmy]/g, ''));
  if (whole.test(''))
    throw refusedImported(`has a pattern that fits an empty text, that of ${name}`);
  return [name, whole];
}

function refusedImported(what: string): Error {
  return problem('setup_refused', { detail: `The option imported of ApiKeysModule ${what}.` });
}
