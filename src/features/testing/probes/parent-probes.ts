import { parametersIn } from '../crawl/api-description.js';
import type { CrawlProbe } from '../crawl/exchange.js';
import { absent } from '../crawl/expectations.js';
import { parameterNamesIn } from '../crawl/path-template.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';

const maxChildren = 5;

/** Children under other parents: on a nested route they are not found. */
export function parentProbes(ground: Ground): readonly CrawlProbe[] {
  const { operation, harvest } = ground;
  const parents = parametersIn(operation, 'path')
    .map(({ name }) => name)
    .slice(0, -1);
  const children = harvest.confirmedOf(operation.path).slice(0, maxChildren);
  return parents.flatMap((parent) =>
    children.flatMap((own) => {
      const other = otherParent(ground, parent, own[parent]);
      if (other === undefined) return [];
      const params = { ...own, [parent]: other };
      return [attack(ground, 'other-parent', { params, expected: absent })];
    }),
  );
}

/** Another entity of the parent's kind. */
function otherParent(
  { operation, harvest }: Ground,
  parent: string,
  own: string | undefined,
): string | undefined {
  const end = operation.path.indexOf(`{${parent}}`) + parent.length + 2;
  const path = operation.path.slice(0, end);
  return harvest
    .paramsOf(path, Number.POSITIVE_INFINITY)
    .map((params) => params[parameterNamesIn(path).at(-1)!])
    .find((value) => value !== own);
}
