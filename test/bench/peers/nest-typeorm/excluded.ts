import { Body, ClassSerializerInterceptor, Controller, Get, Inject, Param } from '@nestjs/common';
import { DefaultValuePipe, Module, ParseIntPipe, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { UseInterceptors } from '@nestjs/common';
import { Exclude, plainToInstance, Type } from 'class-transformer';
import type { PeerOptions } from '../peer.js';
import { serveNest } from '../serve-nest.js';
import { PlainOrder, PlainUser } from './entities.js';
import { PlaceOrder } from './inputs.js';
import { plainDatabase } from './plain-database.js';
import { ShopService } from './shop.service.js';

/** Marks what the serializer leaves out, as a decorator on the entity would. */
for (const [prototype, properties] of [
  [PlainUser.prototype, ['id']],
  [PlainOrder.prototype, ['id', 'userId']],
] as const) {
  for (const property of properties) Exclude()(prototype, property);
}

class PlacedItem {
  @Exclude() orderId!: string;
  @Exclude() productId!: string;
}

class PlacedOrder extends PlainOrder {
  @Type(() => PlacedItem) items!: PlacedItem[];
}

/** Peer (c): the same service, with ids taken out by class-transformer on the way out. */
@Controller()
@UseInterceptors(ClassSerializerInterceptor)
class ExcludedController {
  constructor(@Inject(ShopService) private readonly shop: ShopService) {}

  @Get('facts/:uuid')
  facts(@Param('uuid', ParseUUIDPipe) uuid: string) {
    return this.shop.order(uuid);
  }

  @Get('owned/:uuid')
  owned(@Param('uuid', ParseUUIDPipe) uuid: string) {
    return this.shop.ownedOrder(uuid);
  }

  @Get('users/:uuid/facts')
  page(
    @Param('uuid', ParseUUIDPipe) uuid: string,
    @Query('limit', new DefaultValuePipe(20), ParseIntPipe) limit: number,
    @Query('after') after?: string,
  ) {
    return this.shop.page(uuid, limit, after);
  }

  @Post('orders')
  async place(@Body() input: PlaceOrder) {
    return plainToInstance(PlacedOrder, await this.shop.place(input));
  }
}

export async function serve({ databaseUrl }: PeerOptions): Promise<string> {
  @Module({
    imports: [plainDatabase(databaseUrl)],
    controllers: [ExcludedController],
    providers: [ShopService],
  })
  class ExcludedModule {}
  return serveNest(ExcludedModule);
}
