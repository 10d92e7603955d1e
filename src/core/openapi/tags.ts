import type { OpenAPIObject } from '@nestjs/swagger';
import type { CompiledRoute } from '../http/compiled-route.js';
import { tagOf } from '../http/describe.decorators.js';
import { isHiddenFromOpenApi } from '../http/route-description.js';

type Tags = NonNullable<OpenAPIObject['tags']>;
type Paths = OpenAPIObject['paths'];

/** The tags that the head of a document names, in its order, and then those of the routes. */
export function tagsOf(head: Tags, routes: readonly CompiledRoute[]): Tags {
  const ofRoutes = routes
    .filter(({ origin }) => !isHiddenFromOpenApi(origin))
    .flatMap(({ origin }) => tagOf(origin) ?? []);
  const known = new Map(ofRoutes.toReversed().map((tag) => [tag.name, tag]));
  // A DocumentBuilder gives a tag an empty description where it was given none.
  const named = head.map((tag) => (tag.description ? tag : { ...tag, ...known.get(tag.name) }));
  const others = [...new Set(ofRoutes.map(({ name }) => name))].filter(
    (name) => !head.some((tag) => tag.name === name),
  );
  return [...named, ...others.map((name) => known.get(name)!)];
}

/** Paths in the order of their tags; those without a tag that is described come last. */
export function inOrderOf(tags: Tags, paths: Paths): Paths {
  const order = new Map(tags.map(({ name }, at) => [name, at]));
  const placeOf = (item: Paths[string]): number => {
    const [first] = Object.values(item) as { readonly tags?: readonly string[] }[];
    return order.get(first?.tags?.[0] ?? '') ?? tags.length;
  };
  return Object.fromEntries(
    Object.entries(paths).toSorted(([, one], [, other]) => placeOf(one) - placeOf(other)),
  );
}
