import type { CompiledRoute } from './compiled-route.js';

/**
 * The template of a Location as the application serves it, with the global prefix and the version
 * of the route that reads it. Of several it is the one beside the route that answers. A template
 * that no route reads stays as it is.
 */
export function servedLocation(
  template: string,
  from: string,
  routes: readonly CompiledRoute[],
): string {
  const shape = unnamed(template);
  const prefixes = routes
    .filter(({ method, url }) => method === 'GET' && unnamed(url).endsWith(shape))
    .map(({ url }) => unnamed(url).slice(0, -shape.length))
    .filter((prefix) => !prefix.includes(':'));
  const beside = prefixes.filter((prefix) => from.startsWith(`${prefix}/`));
  const [prefix = prefixes[0] ?? ''] = beside.toSorted((one, two) => two.length - one.length);
  return `${prefix}${template}`;
}

/** A path whose parameters have no names: those of a view and of a route differ. */
function unnamed(path: string): string {
  return path.replaceAll(/:\w+(?:\([^)]*\))?/g, ':');
}
