import { problem } from '../errors/problem.js';
import { isPublicIdName } from '../ids/id-names.js';
import type { Binding } from './route-declaration.js';

/** The names of a route's path parameters, in order; a wildcard is called `*`. */
export function parametersOf(url: string): readonly string[] {
  return [...url.matchAll(/:([A-Za-z0-9_]+)|(\*)/g)].map(([, name, rest]) => (name ?? rest)!);
}

/**
 * On a nested route every binding declares how it belongs to each public id before it: `within` a
 * relation, or `unscoped` for a reason. Without one the application refuses to boot, because the
 * route would show one parent's rows under another.
 */
export function checkScopes(name: string, url: string, bindings: readonly Binding[]): void {
  const parameters = parametersOf(url);
  const bound = new Set(bindings.map(({ parameter }) => parameter));
  for (const binding of bindings) {
    const at = binding.kind === 'page' ? parameters.length : parameters.indexOf(binding.parameter);
    if (at === -1) refuseRoute(name, `binds :${binding.parameter}, which is not in its path`);
    const { within = {}, unscoped } = binding.scope;
    const unknown = Object.keys(within).find((parent) => !parameters.includes(parent));
    if (unknown) refuseRoute(name, `reaches a parent over :${unknown}, which is not in its path`);
    if (unscoped?.trim()) continue;
    const loose = parameters
      .slice(0, at)
      .filter((parameter) => isPublicIdName(parameter) || bound.has(parameter))
      .filter((parameter) => !Object.hasOwn(within, parameter));
    if (loose.length > 0) {
      refuseRoute(
        name,
        `does not say how ${binding.parameter || 'its page'} belongs to :${loose.join(', :')}; add within: { ${loose[0]}: '<relation>' } or unscoped: '<reason>'`,
      );
    }
    if (binding.kind === 'id' && Object.keys(within).length > 0) {
      refuseRoute(name, `has a parent for :${binding.parameter}, but does not read it; use @Bind`);
    }
  }
}

function refuseRoute(name: string, what: string): never {
  throw problem('setup_refused', { detail: `${name} ${what}.` });
}
