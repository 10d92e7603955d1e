import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import { statement } from '../database/statement.js';
import { problem } from '../errors/problem.js';
import { currentOwner, currentOwnerEntity } from '../access/access-context.js';
import { OwnerScope } from '../reading/owner-scope.js';
import type { CompiledView } from '../view/compiled-view.js';
import { cutPage } from './cut-page.js';
import type { CursorCipher } from './cursor.js';
import { invalidCursor } from './cursor.js';
import type { AskedPage } from './page-loader.js';
import { PageLoader } from './page-loader.js';
import { missingParents, parentsAskedFor } from './parents.js';
import type { PagePlan } from './page-plan.js';
import { planPages } from './page-plan.js';
import type { Page, PageRequest, ScopedPageRequest } from './page.js';
import { nondeterministic } from './search-collations.js';

/**
 * The maximum number of page variants of one view whose statements are kept: every name costs
 * memory on every connection of the server, and clients choose the combinations.
 */
const maxVariants = 200;

/** Reads pages of one view by keyset: every page costs the same, however deep it is. */
export class PageReader<V extends object> {
  readonly plan: PagePlan;
  readonly #scope: OwnerScope;
  #searchPlan: PagePlan | undefined;
  readonly #loaders = new Map<string, PageLoader>();

  constructor(
    private readonly database: Database,
    private readonly cursors: CursorCipher,
    private readonly view: CompiledView<V>,
  ) {
    this.plan = planPages(view as CompiledView);
    this.#scope = new OwnerScope(view.entity);
  }

  async read(request: PageRequest): Promise<Page<V>> {
    const after = this.#open(request);
    const scoped = this.#scoped(request);
    if (!scoped) return this.#nothing(request, after);
    const asked = { request: scoped, after };
    const loader = this.#loader(
      asked,
      request.q === undefined ? this.plan : await this.#searching(),
    );
    const rows = await loader.read(asked);
    if (rows.length === 0 && !after) await this.#requireParents(request, scoped);
    const { shown, last } = cutPage(rows, request.limit);
    return {
      items: shown.map((row) => this.view.readAmongOthers(row)),
      nextCursor: last ? this.#seal(request, keysOf(last, loader.keysAt)) : null,
    };
  }

  /** The request for the rows that exist for the running work; undefined if there are none. */
  #scoped(request: PageRequest): ScopedPageRequest | undefined {
    const within = this.#scope.within(request.within);
    const { ownRow } = this.#scope;
    if (within === request.within && ownRow === undefined) return request;
    return within && { ...request, within, ownRow };
  }

  /** Under a parent, as under one that does not exist. */
  #nothing({ within }: PageRequest, after: AskedPage['after']): Page<V> {
    if (!after && Object.keys(within).length > 0) throw problem('not_found');
    return { items: [], nextCursor: null };
  }

  #questionOf(request: PageRequest): string {
    const isRestricted = this.#scope.restricts(request.within);
    return questionOf(this.view.name, request, isRestricted ? ownerName() : undefined);
  }

  #seal(request: PageRequest, keys: readonly (string | null)[]): string {
    return this.cursors.seal(keys, this.#questionOf(request));
  }

  #open(request: PageRequest): AskedPage['after'] {
    if (request.after === undefined) return undefined;
    const after = this.cursors.open(request.after, this.#questionOf(request));
    // A cursor from an older version of the application may have other keys.
    const keys = request.sort.length + this.view.entity.primaryColumns.length;
    if (after.length !== keys) throw invalidCursor();
    return after;
  }

  /** The plan, extended by what only the database knows about the searched columns. */
  async #searching(): Promise<PagePlan> {
    const { plan } = this;
    if (this.#searchPlan) return this.#searchPlan;
    const found = await nondeterministic(this.database, plan.search);
    const search = plan.search.map((field) => ({ ...field, isNondeterministic: found.has(field) }));
    this.#searchPlan = { ...plan, search };
    return this.#searchPlan;
  }

  #loader(asked: AskedPage, plan: PagePlan): PageLoader {
    const kind = statementKeyOf(asked);
    const known = this.#loaders.get(kind);
    if (known) return known;
    const isKept = this.#loaders.size < maxVariants;
    const loader = new PageLoader(this.database, this.view as CompiledView, {
      plan,
      asked,
      isKept,
    });
    if (isKept) this.#loaders.set(kind, loader);
    return loader;
  }

  /** An empty page under a parent that does not exist is a missing parent, not an empty list. */
  async #requireParents({ within }: PageRequest, scoped: ScopedPageRequest): Promise<void> {
    const parents = parentsAskedFor(within, scoped.within);
    const check = missingParents(this.view.entity, parents);
    if (!check) return;
    const [row] = await this.database.rows(statement(check.text), check.values);
    if (!row) throw problem('not_found');
  }
}

/** The owner to whom a page is restricted: an uuid alone is one of a person. */
function ownerName(): string | undefined {
  const entity = currentOwnerEntity();
  return entity === undefined ? currentOwner() : `${entity.name} ${currentOwner()}`;
}

function keysOf(row: Row, keysAt: readonly number[]): (string | null)[] {
  return keysAt.map((at) => row[at] as string | null);
}

/** What the statement of a page depends on: everything but values. */
function statementKeyOf({ request, after }: AskedPage): string {
  const { sort, within, filters, q } = request;
  const nulls = after?.map((value) => value === null);
  const names = [Object.keys(within), Object.keys(filters), q !== undefined];
  return JSON.stringify([sort, ...names, nulls, request.ownRow !== undefined]);
}

/**
 * Everything a cursor is bound to: the route, the view, the order, the filters, the parents, and
 * the owner to whose rows the page is restricted.
 */
function questionOf(
  view: string,
  { route, sort, filters, q, within }: PageRequest,
  owner: string | undefined,
): string {
  const sorted = (record: Readonly<Record<string, string>>) =>
    Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const asked = [route ?? '', view, sort, sorted(filters), q ?? null, sorted(within)];
  return JSON.stringify(owner === undefined ? asked : [...asked, owner]);
}
