import { Inject, Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/database.js';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { parsePublicId } from '../../../core/ids/ids.js';
import { CursorCipher, invalidCursor } from '../../../core/page/cursor.js';
import { pageLimits } from '../../../core/page/page.js';
import { unnamed } from '../../../core/repository/statements.js';
import { entryColumns, readEntry } from '../entry.js';
import { PlatformTypes } from '../platform-types.js';
import type { FoundEntry, SearchPage, SearchRequest, Term } from './search-request.js';
import { matches, searchLimits } from './search-request.js';
import type { Position, Search, SearchStatement } from './search-statements.js';
import {
  longWords,
  newestStatement,
  rankedStatement,
  similarStatement,
  wordQuery,
  wordsLike,
} from './search-statements.js';

/** How far a search had to go; a cursor goes on with what its first page found out. */
type Stage = 'ranked' | 'newest' | 'similar' | 'newest similar';

interface Results {
  readonly stage: Stage;
  readonly rows: readonly Row[];
  /** Candidates that were ranked. */
  readonly found: number;
}

/**
 * Finds passports by name, across types or of one: exact, by their beginning, by their words and
 * by words like these, without regard to case, accents and repeated colons. Deleted ones, and so
 * erased people, are never found.
 */
@Injectable()
export class RegistrySearch {
  #trigrams: string | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CursorCipher) private readonly cursors: CursorCipher,
    @Inject(PlatformTypes) private readonly types: PlatformTypes,
  ) {}

  /** One page of what matches; an empty one for a type that nobody entered. */
  async search(request: SearchRequest): Promise<SearchPage> {
    const { q, type, match, limit = pageLimits.default, after } = request;
    const typeId = await this.#typeOf(type);
    if (typeId === unknown) return nothing;
    const uuid = parsePublicId(q.trim(), [1, 2, 3, 4, 5, 6, 7, 8]);
    if (uuid !== undefined) return this.#byUuid(uuid, typeId);
    const question = JSON.stringify(['registry search', q, type ?? null, match ?? null]);
    const cursor = after === undefined ? undefined : this.#open(after, question);
    const term = await this.#termOf(q);
    if (term.key === '') return nothing;
    const trigrams = await this.#schemaOfTrigrams();
    const search = { term, type: typeId, match, limit, after: cursor?.position, trigrams };
    const results = cursor ? await this.#at(cursor.stage, search) : await this.#firstPage(search);
    return this.#pageOf(results, limit, question);
  }

  /** The ten best matches while somebody types; similar words are not looked for. */
  async typeahead(q: string, type?: string): Promise<readonly FoundEntry[]> {
    const typeId = await this.#typeOf(type);
    if (typeId === unknown) return [];
    const term = await this.#termOf(q);
    if (term.key === '') return [];
    const trigrams = await this.#schemaOfTrigrams();
    const asked = { term, type: typeId, match: undefined, after: undefined, trigrams };
    const search = { ...asked, limit: searchLimits.typeahead };
    const ranked = await this.#at('ranked', search);
    const isMany = ranked.found > searchLimits.ranked;
    const { rows } = isMany ? await this.#at('newest', search) : ranked;
    return rows.slice(0, searchLimits.typeahead).map(readFound);
  }

  async #typeOf(name: string | undefined): Promise<number | undefined> {
    return name === undefined ? undefined : ((await this.types.find(name))?.id ?? unknown);
  }

  async #firstPage(search: Search): Promise<Results> {
    const { match, term } = search;
    const ranked = await this.#at(match === 'similar' ? 'similar' : 'ranked', search);
    if (ranked.found > searchLimits.ranked) {
      return this.#at(match === 'similar' ? 'newest similar' : 'newest', search);
    }
    const isEnough = match !== undefined || ranked.found >= searchLimits.few;
    if (isEnough || longWords(term).length === 0) return ranked;
    const similar = await this.#at('similar', search);
    return similar.found > searchLimits.ranked ? this.#at('newest similar', search) : similar;
  }

  async #at(stage: Stage, search: Search): Promise<Results> {
    const isVague = longWords(search.term).length > 0 && stage.endsWith('similar');
    const rows = await (isVague
      ? this.#vaguely(() => this.#rowsAt(stage, search))
      : this.#rowsAt(stage === 'newest' ? stage : 'ranked', search));
    return { stage, rows, found: Number(rows[0]?.[8] ?? 0) };
  }

  async #rowsAt(stage: Stage, search: Search): Promise<readonly Row[]> {
    if (stage === 'ranked') return this.#run(rankedStatement(search));
    if (stage === 'newest') return this.#run(newestStatement(search));
    if (stage === 'similar') return this.#run(similarStatement(search));
    const forms = await this.#run(wordsLike(search));
    const query = wordQuery(
      forms.map(([, words]) => words as string[]),
      false,
    );
    return this.#run(newestStatement(search, query));
  }

  /** Words count as alike from half of their trigrams on, whatever the database says elsewhere. */
  #vaguely<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.database.execute(alike);
      return work();
    });
  }

  /** Planned for each term, because a rare and a common one want different plans. */
  #run({ text, values }: SearchStatement): Promise<readonly Row[]> {
    return this.database.rows(unnamed(text), values);
  }

  async #byUuid(uuid: string, type: number | undefined): Promise<SearchPage> {
    const rows = await this.database.rows(byUuid, [uuid, type ?? null]);
    return { items: rows.map(readFound), nextCursor: null, capped: false };
  }

  async #termOf(q: string): Promise<Term> {
    const [row] = await this.database.rows(normalise, [q]);
    const [key, words] = row as [string, string[]];
    return { key, words };
  }

  async #schemaOfTrigrams(): Promise<string> {
    if (this.#trigrams === undefined) {
      const [row] = await this.database.rows(findTrigrams);
      this.#trigrams = row![0] as string;
    }
    return this.#trigrams;
  }

  #pageOf({ stage, rows, found }: Results, limit: number, question: string): SearchPage {
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const [rank, createdAt, id] = (last?.slice(5, 8) ?? []) as string[];
    return {
      items: shown.map(readFound),
      nextCursor: last ? this.cursors.seal([stage, rank!, createdAt!, id!], question) : null,
      capped: stage.startsWith('newest') || found > searchLimits.ranked,
    };
  }

  #open(after: string, question: string): { stage: Stage; position: Position } {
    const [stage, rank, createdAt, id] = this.cursors.open(after, question);
    if (!stage || !rank || !createdAt || !id) throw invalidCursor();
    return { stage: stage as Stage, position: { rank, createdAt, id } };
  }
}

/** No type has this number. */
const unknown = 0;

const nothing: SearchPage = { items: [], nextCursor: null, capped: false };

function readFound(row: Row): FoundEntry {
  return { ...readEntry(row), match: matches[Math.min(Math.floor(Number(row[5])), 3)]! };
}

const normalise = statement(
  `SELECT dual_id.search_key($1),
     tsvector_to_array(dual_id.search_words(dual_id.search_key($1)))`,
);

const byUuid = statement(
  `SELECT ${entryColumns}, 0 AS rank FROM dual_id.passports p
   WHERE p.uuid = $1 AND p.status <> 'deleted' AND ($2::smallint IS NULL OR p.platform_type_id = $2)`,
);

const findTrigrams = statement(
  `SELECT quote_ident(n.nspname) FROM pg_extension e
   JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm'`,
);

const alike = statement('SET LOCAL pg_trgm.word_similarity_threshold = 0.5');
