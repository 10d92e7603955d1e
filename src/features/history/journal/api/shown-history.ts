import type { History } from '../history.js';
import type { HistoryViews } from '../history-views.js';
import type { HistoryRequest } from '../history-request.js';
import { shownAs } from './history-schema.js';

/** Histories as the API shows them: values under the name of their entity. */
export class ShownHistory {
  constructor(
    private readonly history: History,
    private readonly views: HistoryViews,
  ) {}

  /** A page of changes. */
  async page(uuid: string, request: HistoryRequest): Promise<object> {
    const { view, named } = await this.#viewOf(uuid);
    const { items, nextCursor } = await this.history.of(view, uuid, request);
    const shown = items.map(({ value, before, after, ...item }) =>
      Object.assign(item, {
        value: named(value),
        before: named(before),
        after: named(after),
      }),
    );
    return { items: shown, nextCursor, state: null };
  }

  /** The state at a time. */
  async state(uuid: string, at: string): Promise<object> {
    const { view, named } = await this.#viewOf(uuid);
    const state = await this.history.asOf(view, uuid, at);
    return { items: [], nextCursor: null, state: { ...state, value: named(state.value) } };
  }

  async #viewOf(uuid: string) {
    const view = await this.views.viewOf(uuid);
    const name = shownAs(this.history.recorded(view));
    return { view, named: (values: object | null) => values && { [name]: values } };
  }
}
