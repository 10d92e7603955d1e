import { createRequire } from 'node:module';

/** The version of the library this command belongs to. */
export function libraryVersion(): string {
  const require = createRequire(import.meta.url);
  const { version } = require('nest-dual-id/package.json') as { version: string };
  return version;
}
