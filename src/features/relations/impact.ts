import { Inject, Injectable } from '@nestjs/common';
import { Entities } from './entities.js';
import type { ImpactReport } from './impact-report.js';
import { Referrers } from './referrers.js';
import { RelationImpact } from './relation-impact.js';

/** Finds everything that refers to an entity: foreign keys, links to its passport, edges. */
@Injectable()
export class Impact {
  constructor(
    @Inject(Entities) private readonly entities: Entities,
    @Inject(Referrers) private readonly referrers: Referrers,
    @Inject(RelationImpact) private readonly relations: RelationImpact,
  ) {}

  /** What refers to a living entity; what was deleted does not count. */
  async of(uuid: string): Promise<ImpactReport> {
    const { id, type } = await this.entities.get(uuid);
    const referrers = await this.referrers.of(uuid, type);
    const edges = await this.relations.of(id);
    return { uuid, type, items: [...referrers, ...edges] };
  }
}
