import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { PublicId, UuidVersion } from './ids.js';

/** Creates a public id. Version 7 reveals when it was created; version 4 reveals nothing. */
export function newPublicId<T>(version: UuidVersion): PublicId<T> {
  return (version === 7 ? v7() : randomUUID()) as PublicId<T>;
}
