import type { OnModuleDestroy } from '@nestjs/common';
import type { PermissionSource } from '../../../core/access/authenticator.js';
import type { CacheLimits } from '../../../core/access/versioned-cache.js';
import { WatchedLookups } from '../../../core/access/watched-lookups.js';
import type { Counted, Counts } from '../../../core/database/counters.js';
import { Counters } from '../../../core/database/counters.js';
import type { Database } from '../../../core/database/database.js';
import { isUuidText } from '../../../core/ids/any-uuid.js';
import { fixedSet } from '../../../core/access/fixed-set.js';
import type { Rights } from './rights-lookup.js';
import { RightsLookup } from './rights-lookup.js';

/** How long rights are kept; the module takes these. */
export const rightsLimits: CacheLimits<Rights> = {
  isRefusal: (rights) => rights === 'unknown',
  granted: 10_000,
  refused: 1_000,
  max: 10_000,
};

const noPermissions = fixedSet([]);

/**
 * What principals may do. Rights are kept in memory until something changes them, on any instance:
 * within a second while the database can be reached, and for 10 seconds at most without it.
 */
export class Permissions implements PermissionSource, Counted, OnModuleDestroy {
  readonly #lookups: WatchedLookups<Rights>;
  readonly #lookup: RightsLookup;
  readonly #counters = new Counters(['cached', 'lookups']);

  constructor(
    database: Database,
    limits: CacheLimits<Rights> = rightsLimits,
    /** The platform type of the principals, if it is known. */
    readonly principalType?: number,
  ) {
    this.#lookups = new WatchedLookups(database, limits);
    this.#lookup = new RightsLookup(database);
  }

  /** The permissions of a principal; none if there is no such principal, or it was deleted. */
  async of(principalUuid: string): Promise<ReadonlySet<string>> {
    return (await this.permissionsOf(principalUuid)) ?? noPermissions;
  }

  /** The same without waiting; undefined if it is not in memory, or inside a transaction. */
  cached(principalUuid: string): ReadonlySet<string> | undefined {
    const rights = this.#lookups.get(principalUuid.toLowerCase());
    return rights === 'unknown' ? noPermissions : rights;
  }

  /** The permissions of a principal, at once if they are in memory; undefined if it is not there. */
  permissionsOf(
    principalUuid: string,
  ): ReadonlySet<string> | undefined | Promise<ReadonlySet<string> | undefined> {
    const rights = this.#lookups.get(principalUuid);
    if (rights === undefined) return this.#spelled(principalUuid);
    this.#counters.add('cached');
    return ifKnown(rights);
  }

  /** How often rights were found in memory and looked up, for a metrics endpoint. */
  counts(): Counts {
    return this.#counters.counts();
  }

  /** Honors nothing any more that was looked up before. */
  forget(): void {
    this.#lookups.forget();
  }

  /** Looks for changes no longer. Nest calls it by itself. */
  close(): void {
    this.#lookups.close();
  }

  onModuleDestroy(): void {
    this.close();
  }

  /** Rights are kept by public ids in lower case; whatever else is asked for is not found as it is. */
  #spelled(
    principalUuid: unknown,
  ): ReadonlySet<string> | undefined | Promise<ReadonlySet<string> | undefined> {
    if (!isUuidText(principalUuid)) return undefined;
    const uuid = principalUuid.toLowerCase();
    return uuid === principalUuid ? this.#find(uuid) : this.permissionsOf(uuid);
  }

  async #find(uuid: string): Promise<ReadonlySet<string> | undefined> {
    const rights = await this.#lookups.find(uuid, () => {
      this.#counters.add('lookups');
      return this.#lookup.find(uuid);
    });
    return ifKnown(rights);
  }
}

function ifKnown(rights: Rights): ReadonlySet<string> | undefined {
  return rights === 'unknown' ? undefined : rights;
}
