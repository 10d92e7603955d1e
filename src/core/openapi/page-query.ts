import type { CompiledRoute } from '../http/compiled-route.js';
import { externalIdsOf } from '../ids/external-id.js';
import { maxTextLength } from '../page/filter-values.js';
import type { PagePlan } from '../page/page-plan.js';
import { pageRules, takesParameter } from '../page/page-rules.js';
import type { Parameter } from './parameter.js';
import { optionalQuery } from './parameter.js';

/** The query of a page: its size, its place, its order, filters and a search. */
export function pageParameters({ page }: CompiledRoute): Parameter[] {
  if (!page) return [];
  const { filters } = page.plan;
  const external = externalIdsOf(page.binding.target);
  return [
    ...Object.entries(pageRules).map(([name, { description, ...schema }]) =>
      optionalQuery(name, schema, description),
    ),
    ...sortParameter(page.plan),
    ...[...filters].map(([name, { parser, operator }]) =>
      optionalQuery(
        name,
        external.has(name) ? { ...parser.schema, 'x-external': true } : parser.schema,
        `Only items ${comparisonWords[operator]} value.`,
      ),
    ),
    ...(takesParameter(page.plan, 'q')
      ? [
          optionalQuery(
            'q',
            { type: 'string', minLength: 1, maxLength: maxTextLength },
            'Only items that contain this text.',
          ),
        ]
      : []),
  ];
}

const comparisonWords: Readonly<Record<string, string>> = {
  '=': 'with exactly this',
  '>=': 'with at least this',
  '<=': 'with at most this',
  '>': 'with more than this',
  '<': 'with less than this',
};

/** `sort=-createdAt,name`: a list in one parameter. */
function sortParameter(plan: PagePlan): Parameter[] {
  if (!takesParameter(plan, 'sort')) return [];
  const { sortable, defaultSort } = plan;
  const fields = [...sortable.keys()].flatMap((field) => [field, `-${field}`]);
  const order = defaultSort.map(({ field, descending }) => (descending ? `-${field}` : field));
  const items = { type: 'string', enum: fields };
  const schema = { type: 'array', items, minItems: 1, uniqueItems: true, default: order };
  return [
    {
      ...optionalQuery(
        'sort',
        schema,
        'Fields to sort by, separated by commas; a `-` before a field sorts in descending order.',
      ),
      style: 'form',
      explode: false,
    },
  ];
}
