import { problem } from '../../../core/errors/problem.js';
import type { CursorCipher } from '../../../core/page/cursor.js';
import type { LoggedChange } from './change.js';

/** The numbers of a change, which leave the process only sealed. */
export type ChangeNumbers = Pick<LoggedChange, 'id' | 'transaction'>;

const versionQuestion = 'nest-dual-id history version';

/** Seals the numbers of a change as the name of a version. */
export function sealVersion(cipher: CursorCipher, { id, transaction }: ChangeNumbers): string {
  return cipher.seal([id, transaction], versionQuestion);
}

/** Opens the name of a version; anything else is `invalid_query`. */
export function openVersion(cipher: CursorCipher, version: string): ChangeNumbers {
  try {
    const [id, transaction] = cipher.open(version, versionQuestion) as [string, string];
    return { id, transaction };
  } catch {
    throw problem('invalid_query', {
      errors: [{ parameter: 'version', detail: 'is not a version of a history' }],
    });
  }
}
