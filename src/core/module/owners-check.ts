import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { ownershipOf } from '../reading/ownership.js';

/** Refuses to start with an entity whose declared owner cannot be found. */
@Injectable()
export class OwnersCheck implements OnModuleInit {
  constructor(@Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    for (const entity of this.dataSource.entityMetadatas) ownershipOf(entity);
  }
}
