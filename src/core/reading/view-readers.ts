import type { Database } from '../database/database.js';
import type { CompiledView } from '../view/compiled-view.js';
import { ViewReader } from './view-reader.js';

/** The readers of views, one per view and set of parents. */
export class ViewReaders {
  readonly #readers = new Map<CompiledView, Map<string, ViewReader<object>>>();

  constructor(private readonly database: Database) {}

  /** Returns the reader of a view under these parents, created on first use. */
  of<V extends object>(view: CompiledView<V>, parents: readonly string[]): ViewReader<V> {
    const key = parents.join('\n');
    const known = this.#readers.get(view)?.get(key);
    if (known) return known as ViewReader<V>;
    const reader = new ViewReader(this.database, view, parents);
    const readers = this.#readers.get(view) ?? new Map<string, ViewReader<object>>();
    this.#readers.set(view, readers.set(key, reader as ViewReader<object>));
    return reader;
  }
}
