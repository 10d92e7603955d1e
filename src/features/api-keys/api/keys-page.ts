import { currentOwner } from '../../../core/access/access-context.js';
import { readQuery } from '../../../core/http/route-query.js';
import type { CursorCipher } from '../../../core/page/cursor.js';
import { cutPage } from '../../../core/page/cut-page.js';
import { pageRules } from '../../../core/page/page-rules.js';
import type { Page } from '../../../core/page/page.js';
import { pageLimits } from '../../../core/page/page.js';
import type { RawQuery } from '../../../core/page/read-page-query.js';
import type { ApiKeys } from '../api-keys.js';
import type { KeyInfo } from '../key-info.js';

/** Reads a page of keys. The cursor of one caller is none for another. */
export async function readKeysPage(
  keys: ApiKeys,
  cursors: CursorCipher,
  query: RawQuery,
): Promise<Page<KeyInfo>> {
  const { after: cursor, limit = pageLimits.default } = readQuery(query, pageRules);
  const question = `GET /keys ${currentOwner() ?? 'all'}`;
  const [after] = cursor === undefined ? [] : cursors.open(cursor, question);
  const found = await keys.list({ limit: limit + 1, ...(after && { after }) });
  const { shown, last } = cutPage(found, limit);
  return { items: [...shown], nextCursor: last ? cursors.seal([last.uuid], question) : null };
}
