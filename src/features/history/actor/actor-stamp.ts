import type { Settings } from '../../../core/database/settings.js';
import type { StampedRow, WriteStamp } from '../../../core/database/write-stamp.js';
import { problem } from '../../../core/errors/problem.js';
import { uuidVersionOf } from '../../../core/ids/ids.js';

/** Returns the public id of whoever asks for a write; undefined where nobody does. */
export type ActorProvider = () => string | undefined;

const actor = 'dual_id.actor';
/** Actors by the public ids of the rows that they asked for. */
const actors = 'dual_id.actors';

/** Tells the triggers of the log who asked for a write. */
export class ActorStamp implements WriteStamp {
  constructor(private readonly provider: ActorProvider) {}

  current(): Settings {
    const uuid: unknown = this.provider();
    if (uuid === undefined) return nobody;
    if (isRfcUuid(uuid)) return { [actor]: uuid, [actors]: '' };
    throw problem('misuse', {
      detail: 'The `actor` of HistoryModule returned something else than a UUID or undefined.',
    });
  }

  ofRows(rows: readonly StampedRow[]): Settings {
    const known = rows.filter(({ stamp }) => stamp[actor]);
    if (known.length === 0) return nobody;
    // What else the statement writes, by triggers of the application, has an actor as well then.
    const [{ stamp: first }] = known as [StampedRow];
    if (rows.every(({ stamp }) => stamp[actor] === first[actor])) return first;
    const byRow = Object.fromEntries(known.map(({ uuid, stamp }) => [uuid, stamp[actor]]));
    return { [actor]: '', [actors]: JSON.stringify(byRow) };
  }
}

function isRfcUuid(value: unknown): value is string {
  return typeof value === 'string' && uuidVersionOf(value.toLowerCase()) !== undefined;
}

const nobody: Settings = { [actor]: '', [actors]: '' };
