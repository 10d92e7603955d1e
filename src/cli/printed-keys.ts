import type { IssuedKey } from '../features/api-keys/issued-key.js';
import type { KeyInfo } from '../features/api-keys/key-info.js';
import { printLine, printTable } from './print.js';

/** Prints a new key with its token, which nothing else will ever show. */
export function printIssued({ key, token }: IssuedKey, isJson: boolean): void {
  if (isJson) return printLine(JSON.stringify({ ...key, token }));
  printLine(`uuid   ${key.uuid}`);
  printLine(`token  ${token}`);
}

/** Prints keys as a table, or one as JSON in each line. */
export async function printKeys(keys: AsyncIterable<KeyInfo>, isJson: boolean): Promise<void> {
  const rows = [['uuid', 'start', 'state', 'last used', 'for', 'name and scopes']];
  for await (const key of keys) {
    if (isJson) printLine(JSON.stringify(key));
    else rows.push(cellsOf(key));
  }
  if (!isJson) printTable(rows, 'left');
}

function cellsOf(key: KeyInfo): string[] {
  const { uuid, start, lastUsedAt, principalUuid, guestOf, name, scopes } = key;
  const lastUsed = lastUsedAt?.toISOString().slice(0, 16) ?? 'never';
  // Whoever may create a key chooses its words, which could hold escapes for a terminal.
  const words = [name, ...scopes].map((word) => JSON.stringify(word)).join(' ');
  const actsFor = guestOf ? `${guestOf.type} ${guestOf.uuid}` : (principalUuid ?? 'nobody');
  return [uuid, start, keyState(key), lastUsed, actsFor, words];
}

/** By the clock of this machine; the database's own decides what is honored. */
function keyState({ revokedAt, expiresAt, graceUntil, rotatedAt }: KeyInfo): string {
  const isOver = (time: Date | null) => time !== null && time.getTime() <= Date.now();
  if (revokedAt) return 'revoked';
  if (isOver(expiresAt) || isOver(graceUntil)) return 'expired';
  return rotatedAt ? 'rotated' : 'valid';
}
