import { Inject, Injectable } from '@nestjs/common';
import { requireUnrestricted } from '../../../core/access/access-context.js';
import type { Row } from '../../../core/database/row.js';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { parsePublicId } from '../../../core/ids/ids.js';
import { cutPage } from '../../../core/page/cut-page.js';
import { CursorCipher, invalidCursor } from '../../../core/page/cursor.js';
import { pageLimits } from '../../../core/page/page.js';
import { unnamed } from '../../../core/database/statement.js';
import { entryColumns, readEntry } from '../entry.js';
import { PlatformTypes } from '../platform-types.js';
import type { FoundEntry, Match, SearchPage, SearchRequest, Term } from './search-request.js';
import { matches, searchLimits } from './search-request.js';
import type { SearchPosition, Search } from './conditions.js';
import type { SearchStatement } from './search-statements.js';
import {
  countedStatement,
  expectedMatches,
  newestStatement,
  termStatement,
} from './search-statements.js';
import type { SimilarWords } from './similar-words.js';
import { formsStatement, similarWords } from './similar-words.js';
import { longWords } from './word-query.js';

/** How far a search had to go; a cursor carries over what its first page found out. */
type Stage = 'matching' | 'similar';

interface Results {
  readonly stage: Stage;
  readonly rows: readonly Row[];
  /** The number of names found, at most one more than the maximum to count. */
  readonly found: number;
  readonly isCapped: boolean;
}

/**
 * Finds passports by name, across types or of one type: exact matches, by their beginning, by their
 * words and by similar words, ignoring case, accents and repeated colons. Deleted ones, and
 * therefore erased people, are never found.
 */
@Injectable()
export class RegistrySearch {
  #trigrams: string | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CursorCipher) private readonly cursors: CursorCipher,
    @Inject(PlatformTypes) private readonly types: PlatformTypes,
  ) {}

  /** One page of matches; `invalid_query` for an unknown type. */
  async search(request: SearchRequest): Promise<SearchPage> {
    requireUnrestricted('RegistrySearch.search');
    const { q, type, match, limit = pageLimits.default, after } = request;
    const typeId = await this.types.filtered(type);
    const uuid = parsePublicId(q.trim(), [1, 2, 3, 4, 5, 6, 7, 8]);
    if (uuid !== undefined) return this.#byUuid(uuid, typeId);
    const question = JSON.stringify(['registry search', q, type ?? null, match ?? null]);
    const cursor = after === undefined ? undefined : this.#open(after, question);
    return this.#tuned(q, async (term) => {
      if (isHopeless(term, match)) return emptyPage;
      const trigrams = await this.#schemaOfTrigrams();
      const search = { term, type: typeId, match, limit, after: cursor?.position, trigrams };
      const results = cursor ? await this.#at(cursor.stage, search) : await this.#firstPage(search);
      return this.#pageOf(results, limit, question);
    });
  }

  /** The ten best matches for typeahead; similar words are not searched for. */
  async typeahead(q: string, type?: string): Promise<readonly FoundEntry[]> {
    requireUnrestricted('RegistrySearch.typeahead');
    const typeId = await this.types.filtered(type);
    return this.#tuned(q, async (term) => {
      if (isHopeless(term)) return [];
      const trigrams = await this.#schemaOfTrigrams();
      const asked = { term, type: typeId, match: undefined, after: undefined, trigrams };
      const { rows } = await this.#at('matching', { ...asked, limit: searchLimits.typeahead });
      return rows.slice(0, searchLimits.typeahead).map(readFound);
    });
  }

  async #firstPage(search: Search): Promise<Results> {
    const { match, term } = search;
    if (match === 'similar') return this.#at('similar', search);
    const results = await this.#at('matching', search);
    const isEnough = match !== undefined || results.found >= searchLimits.few;
    if (isEnough || longWords(term).length === 0) return results;
    return this.#at('similar', search);
  }

  async #at(stage: Stage, search: Search): Promise<Results> {
    const isVague = stage === 'similar' && longWords(search.term).length > 0;
    const similar = isVague ? await this.#similarWords(search) : undefined;
    const rows = await this.#found({ ...search, similar });
    const found = Number(rows[0]![8]);
    const isCapped = found > searchLimits.ranked;
    return { stage, rows: rows.filter(([uuid]) => uuid !== null), found, isCapped };
  }

  /**
   * If the statistics expect few names and there turn out to be too many, the search starts over.
   */
  async #found(search: Search): Promise<readonly Row[]> {
    if ((await this.#expected(search)) <= searchLimits.counted) {
      const rows = await this.#run(countedStatement(search));
      if (Number(rows[0]![8]) <= searchLimits.counted) return rows;
    }
    return this.#run(newestStatement(search));
  }

  async #similarWords({ term, trigrams }: Search): Promise<SimilarWords | undefined> {
    return similarWords(await this.#run(formsStatement(term, trigrams)), term);
  }

  /**
   * Planning is cheap and avoids counting further than needed. What the statistics do not know may
   * be many.
   */
  async #expected(search: Search): Promise<number> {
    if (search.similar?.listed.length === 0) return Infinity;
    const [row] = await this.#run(expectedMatches(search));
    const [{ Plan: plan }] = row![0] as [{ Plan: ExplainedPlan }];
    // A name found by several conditions is expected by each of them.
    const parts = plan['Node Type'] === 'Append' ? plan.Plans! : [plan];
    return Math.max(...parts.map((part) => part['Plan Rows']));
  }

  /** Searches for a term with its own settings, whatever the database's are. */
  #tuned<T>(q: string, work: (term: Term) => Promise<T>): Promise<T> {
    const search = async () => {
      const [row] = await this.database.rows(termStatement, [q]);
      const [key, words, begun] = row as [string, string[], string[][]];
      return work({ key, words, begun });
    };
    return this.database.transaction(search, { use: 'search' });
  }

  /** Planned for each term, because rare and common terms need different plans. */
  #run({ text, values }: SearchStatement): Promise<readonly Row[]> {
    return this.database.rows(unnamed(text), values);
  }

  async #byUuid(uuid: string, type: number | undefined): Promise<SearchPage> {
    const rows = await this.database.rows(entryByUuid, [uuid, type ?? null]);
    return { items: rows.map(readFound), nextCursor: null, capped: false };
  }

  async #schemaOfTrigrams(): Promise<string> {
    if (this.#trigrams === undefined) {
      const [row] = await this.database.rows(findTrigrams);
      this.#trigrams = row![0] as string;
    }
    return this.#trigrams;
  }

  #pageOf({ stage, rows, isCapped }: Results, limit: number, question: string): SearchPage {
    const { shown, last } = cutPage(rows, limit);
    const [rank, createdAt, id] = (last?.slice(5, 8) ?? []) as string[];
    return {
      items: shown.map(readFound),
      nextCursor: last ? this.cursors.seal([stage, rank!, createdAt!, id!], question) : null,
      capped: isCapped,
    };
  }

  #open(after: string, question: string): { stage: Stage; position: SearchPosition } {
    const [stage, rank, createdAt, id] = this.cursors.open(after, question);
    if (!stage || !rank || !createdAt || !id) throw invalidCursor();
    return { stage: stage as Stage, position: { rank, createdAt, id } };
  }
}

interface ExplainedPlan {
  readonly 'Node Type': string;
  readonly 'Plan Rows': number;
  readonly Plans?: readonly ExplainedPlan[];
}

const emptyPage: SearchPage = { items: [], nextCursor: null, capped: false };

/** A term of punctuation alone has a beginning, but no word. */
function isHopeless({ key, words }: Term, match?: Match): boolean {
  return key === '' || (match === 'words' && words.length === 0);
}

function readFound(row: Row): FoundEntry {
  return { ...readEntry(row), match: matches[Math.min(Math.floor(Number(row[5])), 3)]! };
}

const entryByUuid = statement(
  `SELECT ${entryColumns}, 0 AS rank FROM dual_id.passports p
   WHERE p.uuid = $1 AND p.status <> 'deleted' AND ($2::smallint IS NULL OR p.platform_type_id = $2)`,
);

const findTrigrams = statement(
  `SELECT quote_ident(n.nspname) FROM pg_extension e
   JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'`,
);
