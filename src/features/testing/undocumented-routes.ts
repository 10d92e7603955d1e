import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Paths without parameters that Fastify serves under GET. Fastify lists its routes only as a tree
 * for people to read; every line holds one more part of an address and the methods it has.
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
