import type { Components } from './components.js';

type Schemas = Readonly<Record<string, unknown>>;

/**
 * Keeps the @nestjs/swagger models that the description still refers to, such as that of a body
 * which the library does not read.
 */
export function keepReferenced(root: unknown, { schemas }: Components, models: Schemas): void {
  for (const name of modelNamesIn(root)) {
    if (name in schemas || !Object.hasOwn(models, name)) continue;
    schemas[name] = models[name] as object;
    keepReferenced(models[name], { schemas } as Components, models);
  }
}

function modelNamesIn(root: unknown): readonly string[] {
  const text = JSON.stringify(root) ?? '';
  return [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
}
