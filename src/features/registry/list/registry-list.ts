import { Inject, Injectable } from '@nestjs/common';
import { requireUnrestricted } from '../../../core/access/access-context.js';
import { Database } from '../../../core/database/database.js';
import type { Statement } from '../../../core/database/statement.js';
import { statement } from '../../../core/database/statement.js';
import { cutPage } from '../../../core/page/cut-page.js';
import { CursorCipher, invalidCursor } from '../../../core/page/cursor.js';
import type { Page } from '../../../core/page/page.js';
import { pageLimits } from '../../../core/page/page.js';
import { spelledKey } from '../../../core/column-types/key-text.js';
import type { PassportStatus } from '../../../core/passport/passport.entity.js';
import type { RegistryEntry } from '../entry.js';
import { entryColumns, readEntry } from '../entry.js';
import { PlatformTypes } from '../platform-types.js';

/**
 * The sort orders of a list. By name, only entries with a name are listed, ignoring case and
 * accents.
 */
export const listOrders = ['-createdAt', 'createdAt', 'name', '-name'] as const;

/** The parameters of a list. */
export interface ListRequest {
  /** Name of a platform type; all of them by default. */
  readonly type?: string | undefined;
  /** Default `active`. */
  readonly status?: PassportStatus | undefined;
  /** Default `-createdAt`, the newest first. */
  readonly sort?: (typeof listOrders)[number] | undefined;
  /** The maximum number of entries, 1 to 100; 20 by default. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. */
  readonly after?: string | undefined;
}

/** Keyset pages of passports: every page costs the same, however deep it is. */
@Injectable()
export class RegistryList {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CursorCipher) private readonly cursors: CursorCipher,
    @Inject(PlatformTypes) private readonly types: PlatformTypes,
  ) {}

  /** One page; `invalid_query` for an unknown type. */
  async page(request: ListRequest = {}): Promise<Page<RegistryEntry>> {
    requireUnrestricted('RegistryList.page');
    const { type, status = 'active', sort = '-createdAt', limit = pageLimits.default } = request;
    const question = JSON.stringify(['registry list', type ?? null, status, sort]);
    const position = this.#position(request.after, question);
    const typeId = await this.types.filtered(type);
    const ofType = typeId === undefined ? [] : [typeId];
    const values = [status, limit + 1, ...ofType, ...position];
    const text = listStatement(sort, type !== undefined, position.length > 0);
    const rows = await this.database.rows(text, values);
    const { shown, last } = cutPage(rows, limit);
    return {
      items: shown.map(readEntry),
      nextCursor: last ? this.cursors.seal([last[5] as string, last[6] as string], question) : null,
    };
  }

  #position(after: string | undefined, question: string): readonly string[] {
    if (after === undefined) return [];
    const [key, id] = this.cursors.open(after, question);
    if (typeof key !== 'string' || typeof id !== 'string') throw invalidCursor();
    return [key, id];
  }
}

/** The statement of a page; each of the sixteen is prepared once and walks one index. */
export function listStatement(
  sort: (typeof listOrders)[number],
  ofType: boolean,
  isLater: boolean,
): Statement {
  const isByName = sort.endsWith('name');
  const [key, cast] = isByName
    ? ['p.search_key', 'text']
    : ['p.created_at', 'timestamp with time zone'];
  const spelled = spelledKey(key, cast);
  const [direction, beyond] = sort.startsWith('-')
    ? (['DESC', '<'] as const)
    : (['ASC', '>'] as const);
  const [at, id] = ofType ? ['$4', '$5'] : ['$3', '$4'];
  // The type is a range, so that only the type's own index provides the order: the index of all
  // types would pass over every entry of the others, which for a rare type is the whole registry.
  const leading = ofType ? ['p.platform_type_id', 'p.status'] : [];
  const columns = [...leading, key, 'p.id'];
  const position = [...(ofType ? ['$3', '$1'] : []), `${at}::${cast}`, `${id}::bigint`];
  const conditions = [
    'p.status = $1',
    ...(ofType ? typeBounds(direction, isLater) : []),
    ...(isByName ? ['p.search_key IS NOT NULL'] : []),
    ...(isLater ? [`(${columns.join(', ')}) ${beyond} (${position.join(', ')})`] : []),
  ];
  const order = `ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')}`;
  return statement(
    `SELECT ${entryColumns}, ${spelled}, p.id FROM dual_id.passports p
     WHERE ${conditions.join(' AND ')} ${order} LIMIT $2`,
  );
}

/**
 * The range of a type. The position of a later page replaces one end of it: with both, the index
 * would be read from the end of the range, and a page would cost more the deeper it is.
 */
function typeBounds(direction: 'ASC' | 'DESC', isLater: boolean): readonly string[] {
  const [from, to] = ['p.platform_type_id >= $3', 'p.platform_type_id <= $3'];
  if (!isLater) return [from, to];
  return [direction === 'DESC' ? from : to];
}
