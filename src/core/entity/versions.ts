import { problem } from '../errors/problem.js';

/** The versions that a change may be based on: one, or those listed in an `If-Match`. */
export type Versions = number | readonly number[];

/** Throws `version_mismatch` unless the current version is among those a change may be based on. */
export function requireVersion(current: number, versions: Versions | undefined): void {
  if (versions === undefined || [versions].flat().includes(current)) return;
  throw problem('version_mismatch', { currentVersion: current });
}
