import { Inject, Injectable } from '@nestjs/common';
import { requireUnrestricted } from '../../../core/access/access-context.js';
import type { Entity } from '../entities.js';
import { Entities } from '../entities.js';
import { EdgeEnds } from './edge-ends.js';
import type { ImpactItem, ImpactReport } from './impact-report.js';
import { Referrers } from './referrers.js';

/** Finds everything that refers to an entity: foreign keys, links to its passport, edges. */
@Injectable()
export class Impact {
  constructor(
    @Inject(Entities) private readonly entities: Entities,
    @Inject(Referrers) private readonly referrers: Referrers,
    @Inject(EdgeEnds) private readonly edges: EdgeEnds,
  ) {}

  /**
   * What refers to a living entity; deleted entities do not count. It is not for restricted work.
   */
  async of(uuid: string): Promise<ImpactReport> {
    requireUnrestricted('Impact.of');
    const entity = await this.entities.get(uuid);
    return { uuid, type: entity.type, items: await this.itemsOf(entity) };
  }

  /** The same for an entity that is already loaded, possibly under lock. */
  async itemsOf({ id, uuid, type }: Omit<Entity, 'status'>): Promise<readonly ImpactItem[]> {
    const referrers = await this.referrers.of(uuid, type);
    return [...referrers, ...(await this.edges.of(id))];
  }
}
