import type { DataSource } from 'typeorm';
import { definitionOf } from '../../../core/definition/entity-definition.js';
import { problem } from '../../../core/errors/problem.js';
import { uuidVersionOf } from '../../../core/ids/ids.js';
import type { PassportScope } from '../../../core/reading/passport-scope.js';
import type { ScopedStatement, WriteScoped } from '../../../core/reading/scoped-statement.js';
import type { ViewClass } from '../../../core/view/view-spec.js';
import { viewEntityOf } from '../../../core/view/view-compiler.js';

/** The view under which the history of each type of entity is read. */
export class HistoryViews {
  readonly #byType = new Map<number, ViewClass>();
  readonly #typeOfPassport: ScopedStatement;

  constructor(dataSource: DataSource, scope: PassportScope, views: readonly ViewClass[]) {
    this.#typeOfPassport = scope.statement(typeOfPassport);
    for (const view of views) {
      const { name, target } = viewEntityOf(view, dataSource);
      const type = definitionOf(target as object)?.type;
      if (type === undefined) {
        throw refusedView(view, `a view of ${name}, which has no platform type in the registry`);
      }
      const other = this.#byType.get(type);
      if (other) throw refusedView(view, `a second view of ${name}, beside ${other.name}`);
      this.#byType.set(type, view);
    }
  }

  /** The view of the entity with a public id; `not_found` where there is no view for its type. */
  async viewOf(uuid: string): Promise<ViewClass> {
    const address = uuidVersionOf(uuid.toLowerCase()) === undefined ? null : uuid;
    const [row] = await this.#typeOfPassport.rows([address]);
    const view = row && this.#byType.get(row[0] as number);
    if (view) return view;
    throw problem('not_found');
  }
}

const typeOfPassport: WriteScoped = {
  values: 1,
  text: (andExists) =>
    `SELECT p.platform_type_id FROM dual_id.passports p WHERE p.uuid = $1::uuid${andExists('p')}`,
};

function refusedView(view: ViewClass, why: string): Error {
  return problem('setup_refused', {
    detail: `${view.name} is among the views of histories, but is ${why}. Give one view for each enrolled entity.`,
  });
}
