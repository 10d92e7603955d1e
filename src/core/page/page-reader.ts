import type { DataSource } from 'typeorm';
import type { Database, Row } from '../database/database.js';
import { statement } from '../database/statement.js';
import { problem } from '../errors/problem.js';
import type { CompiledView } from '../view/compiled-view.js';
import { Statements } from '../repository/statements.js';
import type { CursorCipher } from './cursor.js';
import { invalidCursor } from './cursor.js';
import { missingParents } from './parents.js';
import type { PagePlan } from './page-plan.js';
import { planPages } from './page-plan.js';
import { pageStatement } from './page-statement.js';
import type { Page, PageRequest } from './page.js';

/** Reads pages of one view by keyset: every page costs the same, however deep it is. */
export class PageReader<V extends object> {
  readonly plan: PagePlan;
  readonly #statements = new Statements();

  constructor(
    private readonly database: Database,
    private readonly cursors: CursorCipher,
    private readonly view: CompiledView<V>,
    dataSource: DataSource,
  ) {
    this.plan = planPages(view as CompiledView, dataSource);
  }

  async read(request: PageRequest): Promise<Page<V>> {
    const question = questionOf(this.view.name, request);
    const cursor = request.after;
    const after = cursor === undefined ? undefined : this.cursors.open(cursor, question);
    const { text, values, keys, keysAt } = pageStatement(
      this.view as CompiledView,
      this.plan,
      request,
      after,
    );
    // A cursor of an older version of the application may have had other keys.
    if (after && after.length !== keys.length) throw invalidCursor();
    const rows = await this.database.rows(this.#statements.of(text), values);
    if (rows.length === 0 && !after) await this.#requireParents(request);
    const shown = rows.slice(0, request.limit);
    const last = rows.length > request.limit ? shown.at(-1) : undefined;
    return {
      items: shown.map((row) => this.view.read(row)),
      nextCursor: last ? this.cursors.seal(keysOf(last, keysAt), question) : null,
    };
  }

  /** An empty page of a parent that does not exist is a missing parent, not an empty list. */
  async #requireParents({ within }: PageRequest): Promise<void> {
    const check = missingParents(this.view.entity, within);
    if (!check) return;
    const [row] = await this.database.rows(statement(check.text), check.values);
    if (!row) throw problem('not_found');
  }
}

function keysOf(row: Row, keysAt: readonly number[]): (string | null)[] {
  return keysAt.map((at) => row[at] as string | null);
}

/** Everything a cursor is bound to: the route, the view, the order, the filters and the parents. */
function questionOf(view: string, { route, sort, filters, q, within }: PageRequest): string {
  const sorted = (record: Readonly<Record<string, string>>) =>
    Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([route ?? '', view, sort, sorted(filters), q ?? null, sorted(within)]);
}
