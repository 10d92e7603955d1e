import { mostErrors } from '../body/body-inspection.js';
import type { FieldError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { looksNumeric } from '../ids/ids.js';
import { isPlainText, longestText } from './filter-values.js';
import type { FilterField, PagePlan } from './page-plan.js';
import { readSort } from './page-plan.js';
import type { PageRequest, SortKey } from './page.js';
import { pageLimits } from './page.js';

/** Query parameters as Fastify parses them. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a query asks for; the path says the rest. */
type Asked = Omit<PageRequest, 'within' | 'route'>;

/**
 * Checks the query of a page against the view: `limit`, `after`, `sort`, `q` and the declared
 * filters, each at most once. Anything else is refused, so that a typing error is no silent
 * full list.
 */
export function readPageQuery(query: RawQuery, plan: PagePlan): Asked {
  return new PageQuery(plan).read(query);
}

class PageQuery {
  readonly #errors: FieldError[] = [];
  readonly #filters: Record<string, string> = {};
  #malformedIds = 0;
  #asked: Omit<Asked, 'filters'>;

  constructor(private readonly plan: PagePlan) {
    this.#asked = { limit: pageLimits.default, sort: plan.defaultSort };
  }

  read(query: RawQuery): Asked {
    for (const [name, value] of Object.entries(query)) {
      if (this.#errors.length >= mostErrors) break;
      if (typeof value === 'string') this.#take(name, value);
      else this.#refuse(name, 'is given more than once');
    }
    if (this.#errors.length === 0) return { ...this.#asked, filters: this.#filters };
    throw refusal(this.#malformedIds > 0 ? 'malformed_public_id' : 'invalid_query', {
      errors: this.#errors,
    });
  }

  #take(name: string, value: string): void {
    const { filters, search, sortable } = this.plan;
    const filter = filters.get(name);
    if (filter) this.#filter(name, filter, value);
    else if (name === 'limit') this.#asked = { ...this.#asked, limit: this.#limit(value) };
    else if (name === 'after') this.#asked = { ...this.#asked, after: value };
    else if (name === 'sort' && sortable.size > 0) {
      this.#asked = { ...this.#asked, sort: this.#order(value) };
    } else if (name === 'q' && search.length > 0) this.#search(value);
    else this.#refuse(name, 'is not a parameter of this route');
  }

  #filter(name: string, { parser }: FilterField, value: string): void {
    const parsed = parser.parse(value);
    if (parsed !== undefined) this.#filters[name] = parsed;
    else if (parser.isPublicId) this.#refuseId(name, value);
    else this.#refuse(name, expectation(parser.schema.enum));
  }

  #limit(value: string): number {
    const limit = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (limit < 1 || limit > pageLimits.most) {
      this.#refuse('limit', `is not a whole number from 1 to ${pageLimits.most}`);
    }
    return limit;
  }

  #order(value: string): readonly SortKey[] {
    const { sortable } = this.plan;
    const keys = readSort(sortable, value);
    if (!keys) this.#refuse('sort', `is not one of ${[...sortable.keys()].join(', ')}`);
    return keys ?? [];
  }

  #search(value: string): void {
    if (isPlainText(value)) this.#asked = { ...this.#asked, q: value };
    else this.#refuse('q', `is not a text of 1 to ${longestText} characters`);
  }

  #refuseId(name: string, value: string): void {
    this.#malformedIds += 1;
    const isNumber = looksNumeric(value);
    this.#refuse(name, isNumber ? 'is a number; public ids are UUIDs' : 'is not a public id');
  }

  #refuse(parameter: string, detail: string): void {
    this.#errors.push({ parameter, detail });
  }
}

function expectation(values: readonly unknown[] | undefined): string {
  return values ? `is not one of ${values.join(', ')}` : 'is not a value of this parameter';
}
