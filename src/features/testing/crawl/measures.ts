import type { ErrorDefinition } from '../../../core/errors/error-codes.js';
import type { Canaries } from '../canaries/canaries.js';
import type { Vocabulary } from '../scan/vocabulary.js';
import type { ApiDescription } from './api-description.js';
import type { CrawlFinding } from './exchange.js';

/** The codes an API may answer. */
export type CodeTable = Readonly<Record<string, ErrorDefinition>>;

/** What responses are checked against. */
export interface Measures {
  readonly api: ApiDescription;
  readonly canaries: Canaries;
  readonly vocabulary: Vocabulary;
  readonly codes: CodeTable;
}

/** What is wrong, and where it was found. */
export type MeasureFault = Pick<CrawlFinding, 'where' | 'what'>;
