import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A door as `exports` describes it. */
export interface Door {
  readonly types: string;
  readonly default: string;
}

/** The parts of package.json that decide what others get. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly homepage: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly bugs: { readonly url: string };
  readonly exports: Readonly<Record<string, Door | string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly sideEffects: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** What package.json says. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}

/** The doors by the name under which they are imported, such as `nest-dual-id/import`. */
export function doors({ name, exports }: Manifest): ReadonlyMap<string, Door> {
  return new Map(
    Object.entries(exports).flatMap(([path, door]) =>
      typeof door === 'string' ? [] : [[join(name, path), door] as const],
    ),
  );
}

/** The source files of the library, without their ending: `src/core/ids/ids`. */
export function librarySources(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('shop/'))
    .map((path) => `src/${path.replace(/\.ts$/, '')}`);
}
