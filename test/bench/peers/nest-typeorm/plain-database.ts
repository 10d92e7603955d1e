import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { steadyPool } from '../peer.js';
import { plainEntities } from './entities.js';

/** The tables as TypeORM alone has them, for every peer that is written with it by hand. */
export function plainDatabase(url: string): DynamicModule {
  return TypeOrmModule.forRoot({
    type: 'postgres',
    url,
    entities: plainEntities,
    extra: steadyPool,
  });
}
