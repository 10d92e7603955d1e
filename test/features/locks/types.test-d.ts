import type { PublicId } from 'nest-dual-id';
import type { FencingToken, Locks } from 'nest-dual-id/locks';
import { Country, Invoice, Reading } from '../../support/guarded-entities.js';

declare const locks: Locks;
declare const reading: PublicId<Reading>;
declare const invoice: PublicId<Invoice>;
declare const work: () => Promise<void>;

void locks.withTransactionLock(
  [
    { entity: Reading, uuid: reading },
    { entity: Invoice, uuid: invoice },
    { entity: Country, uuid: 'italy' },
  ],
  work,
);
void locks.withTransactionLock(
  [
    { entity: Reading, uuid: reading },
    // @ts-expect-error The public id of a reading does not name an invoice.
    { entity: Invoice, uuid: reading },
  ],
  work,
);
// @ts-expect-error A text that is not a public id names nothing.
void locks.withTransactionLock([{ entity: Reading, uuid: 'x' }], work);
// @ts-expect-error A token is not a number: it may exceed 2^53.
void locks.withLease('key', 1000, async ({ token }): Promise<number> => token);
void locks.withLease('key', 1000, async ({ token }): Promise<FencingToken> => token);
