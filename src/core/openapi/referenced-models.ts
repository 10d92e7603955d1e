import type { Components } from './components.js';

type Schemas = Readonly<Record<string, unknown>>;

/**
 * Keeps those models of @nestjs/swagger that the description still refers to, such as that of a
 * body which the library does not read.
 */
export function keepReferenced(root: unknown, { schemas }: Components, models: Schemas): void {
  for (const name of namesIn(root)) {
    if (name in schemas || !(name in models)) continue;
    schemas[name] = models[name] as object;
    keepReferenced(models[name], { schemas } as Components, models);
  }
}

function namesIn(root: unknown): readonly string[] {
  const text = JSON.stringify(root) ?? '';
  return [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
}
