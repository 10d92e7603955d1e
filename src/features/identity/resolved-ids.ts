import type { OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { versionWatchOf } from '../../core/access/version-watch.js';
import type { SeeVersion, VersionWatch } from '../../core/access/version-watch.js';
import type { Database } from '../../core/database/database.js';
import type { Repositories } from '../../core/repository/repositories.js';
import type { EntityClass } from '../../core/definition/entity-class.js';
import type { Addressable } from '../../core/definition/address.js';

/**
 * Makes the repositories of principals, groups, roles and permissions forget the internal ids that
 * they have resolved when rights change: a principal or role may have been deleted elsewhere.
 */
export class ResolvedIds implements OnModuleDestroy {
  readonly #watch: VersionWatch;
  readonly #see: SeeVersion;

  constructor(
    database: Database,
    dataSource: DataSource,
    repositories: Repositories,
    entities: readonly EntityClass[],
  ) {
    const mapped = entities.filter((entity) => dataSource.hasMetadata(entity));
    let known: bigint | undefined;
    this.#see = (version) => {
      if (version === known) return;
      known = version;
      for (const entity of mapped) repositories.of(entity as new () => Addressable).forgetAll();
    };
    this.#watch = versionWatchOf(database);
    this.#watch.follow(this.#see);
  }

  onModuleDestroy(): void {
    this.#watch.unfollow(this.#see);
  }
}
