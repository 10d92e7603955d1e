import type { OnModuleDestroy } from '@nestjs/common';
import type { Database } from '../../core/database/database.js';
import type { Addressable } from '../../core/definition/address.js';
import { problem } from '../../core/errors/problem.js';
import type { Repositories } from '../../core/repository/repositories.js';
import type { LegacyEntities } from './legacy-entities.js';
import { isLegacyNumber } from './legacy-number.js';
import type { LegacyWindow } from './legacy-window.js';
import type { LegacyUses } from './uses/legacy-uses.js';
import type { LegacyIdUse } from './uses/use-statements.js';
import { readUses } from './uses/use-statements.js';

interface Parts {
  readonly database: Database;
  readonly repositories: Repositories;
  readonly entities: LegacyEntities;
  readonly window: LegacyWindow;
  readonly uses: LegacyUses;
}

/** Exchanges old numbers for public ids, and tells who still sends them. */
export class LegacyIds implements OnModuleDestroy {
  constructor(private readonly parts: Parts) {}

  /**
   * The public ids of existing rows behind old numbers, in their order; null where there is none.
   * In work restricted to an owner, rows of others do not exist. Throws `legacy_id_retired` after
   * the window.
   */
  async exchange(name: string, numbers: readonly string[]): Promise<readonly (string | null)[]> {
    const { entities, repositories, window } = this.parts;
    if (!window.isOpen) throw window.retired();
    const wrong = numbers.findIndex((number) => !isLegacyNumber(number));
    if (wrong >= 0) {
      throw problem('misuse', { detail: `Number ${wrong + 1} of the list is no old number.` });
    }
    const known = entities.named(name);
    const found = await known.many(numbers);
    const entity = known.entity.target as abstract new () => Addressable;
    const uuids = found.map(({ uuid }) => uuid);
    const standing = await repositories.of(entity).resolveMany(uuids as never[]);
    return uuids.map((uuid) => (standing.has(uuid as never) ? uuid : null));
  }

  /** Who sent old numbers to which route, the latest first; other instances write once a minute. */
  async uses(): Promise<readonly LegacyIdUse[]> {
    await this.parts.uses.flush();
    return readUses(this.parts.database);
  }

  onModuleDestroy(): Promise<void> {
    return this.parts.uses.close();
  }
}
