import { Entities } from '../entities.js';
import { EdgeEnds } from './edge-ends.js';
import { ForeignKeyReader } from './foreign-keys.js';
import { Referrers } from './referrers.js';

/** What `Impact` is made of; each module that provides it provides these as well. */
export const impactParts = [Entities, ForeignKeyReader, Referrers, EdgeEnds];
