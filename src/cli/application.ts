import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DualIdConfig } from '../core/cli-config.js';

/** Loads the application's config module: the given one, or the one named in package.json. */
export async function loadApplication(path?: string): Promise<DualIdConfig> {
  const file = resolve(path ?? pathInPackage());
  if (!existsSync(file)) {
    throw new Error(
      `There is no config module ${file}. Build the application, or use another module with --config.`,
    );
  }
  const module = (await import(pathToFileURL(file).href)) as { config?: unknown };
  if (isConfig(module.config)) return module.config;
  throw new Error(
    `${file} exports no \`config\` with a data source. Export one made by defineDualIdConfig.`,
  );
}

function pathInPackage(): string {
  const path = configIn(readPackage());
  if (path !== undefined) return path;
  throw new Error(
    'No config module is named: package.json here has no `"dualId": { "config": "<path>" }`. ' +
      'Add it, or pass the module with --config.',
  );
}

function readPackage(): unknown {
  try {
    return JSON.parse(readFileSync('package.json', 'utf8'));
  } catch {
    return undefined;
  }
}

function configIn(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null || !('dualId' in content)) return undefined;
  const { dualId } = content;
  if (typeof dualId !== 'object' || dualId === null || !('config' in dualId)) return undefined;
  return typeof dualId.config === 'string' ? dualId.config : undefined;
}

function isConfig(value: unknown): value is DualIdConfig {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dataSource' in value &&
    typeof value.dataSource === 'function'
  );
}
