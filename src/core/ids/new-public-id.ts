import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { PublicId, UuidVersion } from './ids.js';

/** Makes a public id. Version 7 tells the world when it was made; version 4 tells nothing. */
export function newPublicId<T>(version: UuidVersion): PublicId<T> {
  return (version === 7 ? v7() : randomUUID()) as PublicId<T>;
}
