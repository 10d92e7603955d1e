import type { CompiledRoute } from './compiled-route.js';

/**
 * The template of a Location as the application serves it, with the global prefix and the version
 * of the route that reads it. Of several routes, the one next to the responding route is used. A
 * template that no route reads is left as is.
 */
export function servedLocation(
  template: string,
  from: string,
  routes: readonly CompiledRoute[],
): string {
  const shape = withoutNames(template);
  const prefixes = routes
    .filter(({ method, url }) => method === 'GET' && withoutNames(url).endsWith(shape))
    .map(({ url }) => withoutNames(url).slice(0, -shape.length))
    .filter((prefix) => !prefix.includes(':'));
  const beside = prefixes.filter((prefix) => from.startsWith(`${prefix}/`));
  const [prefix = prefixes[0] ?? ''] = beside.toSorted((one, two) => two.length - one.length);
  return `${prefix}${template}`;
}

/** A path without parameter names, which differ between a view and a route. */
function withoutNames(path: string): string {
  return path.replaceAll(/:\w+(?:\([^)]*\))?/g, ':');
}
