import { problem } from '../../../core/errors/problem.js';

/** What all tokens of an application begin with. */
export interface TokenForm {
  /** The name of the application at the beginning of every token. */
  readonly prefix: string;
  /** Where tokens are valid, such as `live` or `test`. */
  readonly environment: string;
}

/** The lengths of a token's parts, in characters of base 62. */
export const uuidLength = 22;
export const secretLength = 43;
export const checksumLength = 6;

const tokenWord = /^[A-Za-z][A-Za-z0-9]{0,19}$/;

/** Refuses a prefix or environment that could be taken for another part of a token. */
export function requireTokenForm(form: TokenForm): void {
  for (const name of ['prefix', 'environment'] as const) {
    if (typeof form[name] === 'string' && tokenWord.test(form[name])) continue;
    throw problem('setup_refused', {
      detail: `The option ${name} of ApiKeysModule is ${JSON.stringify(form[name])}, not a letter and up to 19 letters and digits.`,
    });
  }
}

/**
 * The pattern of the tokens, the source of a regular expression, for secret scanners. Without an
 * environment it matches the tokens of all.
 */
export function secretPattern({ prefix, environment }: SecretPatternOf): string {
  requireTokenForm({ prefix, environment: environment ?? 'any' });
  return `\\b${prefix}_${environment ?? '[A-Za-z][A-Za-z0-9]{0,19}'}_${partsPattern}\\b`;
}

/** What the pattern for secret scanners is of. */
export type SecretPatternOf = Pick<TokenForm, 'prefix'> & Partial<Pick<TokenForm, 'environment'>>;

/** What follows the prefix and the environment. */
export const partsPattern = [uuidLength, secretLength, checksumLength]
  .map((length) => `[0-9A-Za-z]{${length}}`)
  .join('_');
