import type { ViewClass } from '../../../../core/view/view-spec.js';
import type { OwnApiAccess } from '../../../../core/access/api-access.js';

/** Options of `HistoryApiModule.forRoot`. */
export interface HistoryApiOptions {
  /**
   * Who may call the route, which shows what entities were and who changed them; `ownOr` lets owners
   * read the histories of their own rows. An application that does not say it does not start.
   */
  readonly api: OwnApiAccess;
  /**
   * The shape in which the history of each entity is shown, one view for each. A view of a history
   * has columns and references only. An entity without a view has no history in the API.
   */
  readonly views: readonly ViewClass[];
}
