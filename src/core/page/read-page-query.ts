import { maxErrors } from '../body/body-inspection.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import {
  choiceFault,
  rangeFault,
  repeatedFault,
  textFault,
  unknownParameterFault,
} from '../errors/query-faults.js';
import { publicIdFault } from '../ids/id-faults.js';
import { isPlainText, maxTextLength } from './filter-values.js';
import type { FilterField, PagePlan } from './page-plan.js';
import { readSort } from './page-plan.js';
import { takesParameter } from './page-rules.js';
import type { PageRequest, SortKey } from './page.js';
import { pageLimits } from './page.js';

/** Query parameters as Fastify parses them. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The part of a page request that the query contains; the path contains the rest. */
type AskedByQuery = Omit<PageRequest, 'within' | 'route'>;

/**
 * Checks the query of a page against the view: `limit`, `after`, `sort`, `q` and the declared
 * filters, each at most once. Anything else is refused, so that a typo does not silently return the
 * full list.
 */
export function readPageQuery(query: RawQuery, plan: PagePlan): AskedByQuery {
  return new PageQuery(plan).read(query);
}

class PageQuery {
  readonly #errors: FieldError[] = [];
  readonly #filters: Record<string, string> = {};
  #malformedIds = 0;
  #asked: Omit<AskedByQuery, 'filters'>;

  constructor(private readonly plan: PagePlan) {
    this.#asked = { limit: pageLimits.default, sort: plan.defaultSort };
  }

  read(query: RawQuery): AskedByQuery {
    for (const [name, value] of Object.entries(query)) {
      if (this.#errors.length >= maxErrors) break;
      if (typeof value === 'string') this.#take(name, value);
      else this.#refuse(name, repeatedFault);
    }
    if (this.#errors.length === 0) return { ...this.#asked, filters: this.#filters };
    throw refusal(this.#malformedIds > 0 ? 'malformed_public_id' : 'invalid_query', {
      errors: this.#errors,
    });
  }

  #take(name: string, value: string): void {
    const filter = this.plan.filters.get(name);
    if (filter) this.#filter(name, filter, value);
    else if (!takesParameter(this.plan, name)) this.#refuse(name, unknownParameterFault);
    else if (name === 'limit') this.#asked = { ...this.#asked, limit: this.#limit(value) };
    else if (name === 'after') this.#asked = { ...this.#asked, after: value };
    else if (name === 'sort') this.#asked = { ...this.#asked, sort: this.#order(value) };
    else this.#search(value);
  }

  #filter(name: string, { parser }: FilterField, value: string): void {
    const parsed = parser.parse(value);
    if (parsed !== undefined) this.#filters[name] = parsed;
    else if (parser.isPublicId) this.#refuseId(name, value);
    else this.#refuse(name, valueFault(parser.schema.enum));
  }

  #limit(value: string): number {
    const limit = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (limit < 1 || limit > pageLimits.max) {
      this.#refuse('limit', rangeFault(1, pageLimits.max));
    }
    return limit;
  }

  #order(value: string): readonly SortKey[] {
    const { sortable } = this.plan;
    const keys = readSort(sortable, value);
    if (!keys) this.#refuse('sort', choiceFault([...sortable.keys()]));
    return keys ?? [];
  }

  #search(value: string): void {
    if (isPlainText(value)) this.#asked = { ...this.#asked, q: value };
    else this.#refuse('q', textFault(maxTextLength));
  }

  #refuseId(name: string, value: string): void {
    this.#malformedIds += 1;
    this.#refuse(name, publicIdFault(value));
  }

  #refuse(parameter: string, detail: string): void {
    this.#errors.push({ parameter, detail });
  }
}

function valueFault(values: readonly unknown[] | undefined): string {
  return values ? choiceFault(values) : 'is not a value of this parameter';
}
