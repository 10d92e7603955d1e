import type { Database } from '../database/database.js';
import { GroupCommit } from '../database/group-commit.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { EntityWriter } from './entity-writer.js';

/**
 * Creates entities one by one for its callers. What is asked for while others are on their way goes
 * into one statement with the next; a lonely entity is created by a statement of its own, and so is
 * each of those that could not be created together.
 */
export class GroupedCreates {
  readonly #groups = new Map<CompiledView, GroupCommit<object, object>>();

  constructor(
    private readonly database: Database,
    private readonly writer: EntityWriter,
  ) {}

  create<V extends object>(view: CompiledView<V>, input: object): Promise<V> {
    return this.#groupOf(view).run(input) as Promise<V>;
  }

  #groupOf(view: CompiledView): GroupCommit<object, object> {
    const known = this.#groups.get(view);
    if (known) return known;
    const group = new GroupCommit<object, object>(this.database, {
      together: async (inputs) =>
        inputs.length === 1 ? [undefined] : this.writer.createTogether(view, inputs),
      alone: (input) => this.writer.create(view, input),
    });
    this.#groups.set(view, group);
    return group;
  }
}
