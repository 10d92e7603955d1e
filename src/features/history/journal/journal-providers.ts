import type { Provider } from '@nestjs/common';
import { History } from './history.js';
import { JournalParts } from './journal-parts.js';

/** What reads the log; a module that exports `History` provides them. */
export const journalProviders: readonly Provider[] = [JournalParts, History];
