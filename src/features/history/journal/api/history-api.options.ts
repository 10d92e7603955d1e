import type { ViewClass } from '../../../../core/view/view-spec.js';
import type { ApiAccess } from '../../../../core/access/api-access.js';

/** Options of `HistoryApiModule.forRoot`. */
export interface HistoryApiOptions {
  /**
   * Who may call the route, which shows what entities were and who changed them. An application
   * that does not say it does not start.
   */
  readonly api: ApiAccess;
  /**
   * The shape in which the history of each entity is shown, one view for each. A view of a history
   * has columns and references only. An entity without a view has no history in the API.
   */
  readonly views: readonly ViewClass[];
}
