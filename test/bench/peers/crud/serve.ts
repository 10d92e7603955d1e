import { Controller, Inject, Injectable, Module } from '@nestjs/common';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { Crud } from '@dataui/crud';
import { TypeOrmCrudService } from '@dataui/crud-typeorm';
import type { Repository } from 'typeorm';
import { PlainOrder } from '../nest-typeorm/entities.js';
import { plainDatabase } from '../nest-typeorm/plain-database.js';
import type { PeerOptions } from '../peer.js';
import { serveNest } from '../serve-nest.js';

@Injectable()
class OrdersCrudService extends TypeOrmCrudService<PlainOrder> {
  constructor(@Inject(getRepositoryToken(PlainOrder)) orders: Repository<PlainOrder>) {
    super(orders);
  }
}

const byUuid = { uuid: { field: 'uuid', type: 'uuid', primary: true } } as const;

@Crud({ model: { type: PlainOrder }, params: byUuid, routes: { only: ['getOneBase'] } })
@Controller('facts')
class FactsController {
  constructor(@Inject(OrdersCrudService) readonly service: OrdersCrudService) {}
}

@Crud({
  model: { type: PlainOrder },
  params: byUuid,
  routes: { only: ['getOneBase'] },
  query: { join: { user: { eager: true } } },
})
@Controller('owned')
class OwnedController {
  constructor(@Inject(OrdersCrudService) readonly service: OrdersCrudService) {}
}

/** The path parameter filters over the joined user, which is how the package spells "of a user". */
@Crud({
  model: { type: PlainOrder },
  params: { uuid: { field: 'user.uuid', type: 'uuid' } },
  routes: { only: ['getManyBase'] },
  query: {
    join: { user: { eager: true } },
    sort: [{ field: 'createdAt', order: 'DESC' }],
    limit: 20,
  },
})
@Controller('users/:uuid/facts')
class PageController {
  constructor(@Inject(OrdersCrudService) readonly service: OrdersCrudService) {}
}

/** Peer (e): controllers that `@dataui/crud` makes of entities. It writes one table at a time. */
export async function serve({ databaseUrl }: PeerOptions): Promise<string> {
  @Module({
    imports: [plainDatabase(databaseUrl), TypeOrmModule.forFeature([PlainOrder])],
    controllers: [FactsController, OwnedController, PageController],
    providers: [OrdersCrudService],
  })
  class CrudModule {}
  return serveNest(CrudModule);
}
