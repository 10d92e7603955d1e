import { join } from 'node:path';
import type { ApiKeys } from 'nest-dual-id/api-keys';
import { readSecret, secretFiles } from './secret-file.js';

/** Where the first key may be found. */
export interface FirstKeySettings {
  readonly dataDir: string;
  readonly access: { readonly firstKey: string | undefined };
}

/**
 * A sentence for people who start a shop: a line for a shell that asks for what only people with a
 * key may see, or why the first key does not open it. Undefined without one.
 */
export async function firstRequest(
  url: string,
  keys: ApiKeys,
  { dataDir, access: { firstKey } }: FirstKeySettings,
): Promise<string | undefined> {
  const file = join(dataDir, secretFiles.firstKey);
  const name = firstKey === undefined ? file : 'DUAL_ID_FIRST_KEY';
  let isValid: boolean;
  try {
    const token = firstKey ?? (await readSecret(file));
    if (token === undefined) return undefined;
    isValid = typeof (await keys.verify(token, { isUse: false })) !== 'string';
  } catch (error) {
    return `The key in ${name} could not be tried: ${(error as Error).message}.`;
  }
  if (!isValid) {
    return `The key in ${name} is not valid here: it was revoked, the first start made another one, or DUAL_ID_PEPPER is not what it was made with.`;
  }
  const sent = firstKey === undefined ? `$(cat ${inDoubleQuotes(file)})` : '$DUAL_ID_FIRST_KEY';
  return `With a key:    curl -H "Authorization: Bearer ${sent}" ${url}/orders`;
}

function inDoubleQuotes(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
