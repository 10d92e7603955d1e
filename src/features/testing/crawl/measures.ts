import type { Canaries } from '../canaries/canaries.js';
import type { Vocabulary } from '../scan/vocabulary.js';
import type { ApiDescription } from './api-description.js';
import type { Finding } from './exchange.js';
import type { CodeTable } from './problem-check.js';

/** What answers are held against. */
export interface Measures {
  readonly api: ApiDescription;
  readonly canaries: Canaries;
  readonly vocabulary: Vocabulary;
  readonly codes: CodeTable;
}

/** What is wrong, and where it was seen. */
export type Fault = Pick<Finding, 'where' | 'what'>;
