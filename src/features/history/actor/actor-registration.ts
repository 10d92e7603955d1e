import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../../core/database/database.js';
import type { HistoryOptions } from '../history.options.js';
import { HISTORY_OPTIONS } from '../history.options.js';
import { ActorStamp } from './actor-stamp.js';

/** Makes every write of the application carry its actor, from before the first one. */
@Injectable()
export class ActorRegistration {
  constructor(
    @Inject(Database) database: Database,
    @Inject(HISTORY_OPTIONS) { actor }: HistoryOptions,
  ) {
    if (actor) database.stamps.use(new ActorStamp(actor));
  }
}
