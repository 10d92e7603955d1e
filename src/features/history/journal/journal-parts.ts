import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../../core/database/database.js';
import { CursorCipher } from '../../../core/page/cursor.js';

/** What the parts of the journal read with. */
@Injectable()
export class JournalParts {
  constructor(
    @Inject(Database) readonly database: Database,
    @Inject(CursorCipher) readonly cipher: CursorCipher,
  ) {}
}
