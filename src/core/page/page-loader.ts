import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import type { Statement } from '../database/statement.js';
import { statement, unnamed } from '../database/statement.js';
import { Coalescer, maxBatch } from '../reading/coalescer.js';
import { batchOf, ofBatch } from '../reading/lateral-batch.js';
import type { CompiledView } from '../view/compiled-view.js';
import { pageValuesOf } from './page-parameters.js';
import type { PagePlan } from './page-plan.js';
import type { After, PageStatement } from './page-statement.js';
import { pageStatement } from './page-statement.js';
import type { ScopedPageRequest } from './page.js';

/** A requested page, and the row it comes after. */
export interface AskedPage {
  readonly request: ScopedPageRequest;
  readonly after: After | undefined;
}

/**
 * Reads the rows of pages that differ only in their values. Pages requested in the same turn of the
 * event loop share a statement; a single page is read by its own.
 */
export class PageLoader {
  readonly #page: PageStatement;
  readonly #alone: Statement;
  readonly #together: Statement | undefined;
  readonly #coalescer: Coalescer<readonly Row[]>;

  /** `isKept` asks the server to keep the statements prepared. */
  constructor(
    private readonly database: Database,
    view: CompiledView,
    { plan, asked, isKept }: { plan: PagePlan; asked: AskedPage; isKept: boolean },
  ) {
    const make = isKept ? statement : unnamed;
    const named = (text: string) => make(text, asked.request.q === undefined ? 'read' : 'search');
    this.#coalescer = new Coalescer(database, (keys) => this.#load(keys), { max: maxBatch });
    this.#page = pageStatement(view, plan, asked);
    this.#alone = named(this.#page.text);
    // Filters and searches contain client input; one of them must not fail the pages of others.
    const isCertain = this.#page.parameters.every(({ type }) => type !== undefined);
    const { text, parameters } = pageStatement(view, plan, asked, ofBatch);
    this.#together = isCertain ? named(batchOf(text, parameters.length)) : undefined;
  }

  /** Positions of the sort keys in a row. */
  get keysAt(): readonly number[] {
    return this.#page.keysAt;
  }

  /** Reads the rows of a page, plus one more if there is a next page. */
  async read({ request, after }: AskedPage): Promise<readonly Row[]> {
    const values = pageValuesOf(this.#page.parameters, request, after);
    if (!this.#together || !this.database.mayShare) {
      return this.database.rows(this.#alone, values);
    }
    return (await this.#coalescer.get(JSON.stringify(values)))!;
  }

  async #load(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Row[]>> {
    const asked = keys.map((key) => JSON.parse(key) as unknown[]);
    if (asked.length === 1) {
      return new Map([[keys[0]!, await this.database.rows(this.#alone, asked[0]!)]]);
    }
    const columns = this.#page.parameters.map((_, at) => asked.map((values) => values[at]));
    const pages: Row[][] = keys.map(() => []);
    for (const row of await this.database.rows(this.#together!, columns)) {
      pages[row.at(-1) as number]!.push(row);
    }
    return new Map(keys.map((key, at) => [key, pages[at]!]));
  }
}
