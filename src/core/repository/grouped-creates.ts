import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '../database/database.js';
import { GroupCommit } from '../database/group-commit.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { EntityInserter, SharedRow } from './entity-inserter.js';

type CreateGroup = GroupCommit<SharedRow<object>, object>;

/**
 * Creates entities one by one for its callers. Creates requested while others are in progress share
 * one statement with the next; a single entity is created by its own statement, and so is each
 * entity that could not be created with the others. The stored values and the returned views are
 * computed in the async context of each caller.
 */
export class GroupedCreates {
  readonly #groups = new Map<CompiledView, CreateGroup>();

  constructor(
    private readonly database: Database,
    private readonly inserter: EntityInserter,
  ) {}

  /** Creates one entity, possibly in a shared statement, and returns its view. */
  async create<V extends object>(view: CompiledView<V>, input: object): Promise<V> {
    const ready = this.inserter.prepare(input);
    const read = AsyncLocalStorage.bind(view.read);
    return (await this.#groupOf(view).run({ ready, read })) as V;
  }

  #groupOf(view: CompiledView): CreateGroup {
    const known = this.#groups.get(view);
    if (known) return known;
    const group: CreateGroup = new GroupCommit<SharedRow<object>, object>(this.database, {
      row: ({ ready }) => String(ready.address),
      together: async (rows) =>
        rows.length === 1 ? [undefined] : this.inserter.createTogether(view, rows),
      alone: ({ ready }) => this.inserter.create(view, ready),
    });
    this.#groups.set(view, group);
    return group;
  }
}
