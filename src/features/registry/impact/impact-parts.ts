import { Entities } from '../entities.js';
import { EdgeEnds } from './edge-ends.js';
import { ForeignKeyReader } from './foreign-keys.js';
import { Referrers } from './referrers.js';

/** The providers `Impact` needs; each module that provides `Impact` provides these as well. */
export const impactParts = [Entities, ForeignKeyReader, Referrers, EdgeEnds];
