import { planPages } from '../../core/page/page-plan.js';
import type { FilterField, PagePlan } from '../../core/page/page-plan.js';
import { pageValuesOf } from '../../core/page/page-parameters.js';
import { pageStatement } from '../../core/page/page-statement.js';
import type { CompiledView } from '../../core/view/compiled-view.js';
import { ExportError } from './export-error.js';

/** The SQL for all rows of a view, in key order, with its values. */
export interface ExportStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Writes the statement; the filters are those of the view's pages, and unknown ones are refused.
 */
export function exportStatement(
  view: CompiledView,
  filters: Readonly<Record<string, string>>,
): ExportStatement {
  const plan = planPages(view);
  const read = Object.entries(filters).map(([name, text]) => {
    const filter = plan.filters.get(name);
    if (!filter) throw unknownFilter(view, plan, name);
    return [name, filterValue(name, text, filter)] as const;
  });
  const request = {
    // A page reads one row more than it shows.
    limit: Number.MAX_SAFE_INTEGER - 1,
    sort: [],
    filters: Object.fromEntries(read),
    within: {},
  };
  const { text, parameters } = pageStatement(view, plan, { request });
  return { text, values: pageValuesOf(parameters, request) };
}

function unknownFilter({ name: view }: CompiledView, { filters }: PagePlan, name: string): Error {
  const known = [...filters.keys()].join(', ') || 'none';
  return new ExportError(`${view} has no filter ${name}. Its filters: ${known}.`);
}

function filterValue(name: string, text: string, { parser }: FilterField): string {
  const value = parser.parse(text);
  if (value !== undefined) return value;
  const { enum: values, format, type } = parser.schema;
  const wanted = values ? `one of ${values.join(', ')}` : String(format ?? type);
  const given = parser.isPublicId ? '' : `, not ${text}`;
  throw new ExportError(`The filter ${name} needs a different value: ${wanted}${given}.`);
}
