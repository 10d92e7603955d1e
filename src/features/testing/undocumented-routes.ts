import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Paths without parameters that Fastify serves with GET. Fastify lists its routes only as a
 * human-readable tree, in which every line holds another part of an address and its methods.
 */
export function pathsServed(app: NestFastifyApplication): readonly string[] {
  const tree = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const parts: string[] = [];
  const paths: string[] = [];
  for (const line of tree.split('\n')) {
    const found = /^((?:│ {3}| {4})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!found) continue;
    const [, indent = '', part = '', methods = ''] = found;
    parts.length = indent.length / 4;
    parts.push(part);
    if (methods.split(', ').includes('GET')) paths.push(parts.join('').replace('//', '/'));
  }
  return paths.filter((path) => !/[:*]/.test(path));
}
