import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { secretFiles } from './secret-file.js';

/** Where the key for a first request may be found. */
export interface FirstKeySettings {
  readonly dataDir: string;
  readonly access: { readonly firstKey: string | undefined };
}

/** A line for a shell that asks for what only people with a key may see; undefined without one. */
export function firstRequest(url: string, settings: FirstKeySettings): string | undefined {
  const file = join(settings.dataDir, secretFiles.firstKey);
  const sent = settings.access.firstKey
    ? '$DUAL_ID_FIRST_KEY'
    : existsSync(file) && `$(cat ${inDoubleQuotes(file)})`;
  return sent ? `curl -H "Authorization: Bearer ${sent}" ${url}/orders` : undefined;
}

function inDoubleQuotes(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
