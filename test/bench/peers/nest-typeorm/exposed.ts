import { Body, Controller, Get, Inject, Param, ParseIntPipe, ParseUUIDPipe } from '@nestjs/common';
import { DefaultValuePipe, Module, Post, Query } from '@nestjs/common';
import type { PeerOptions } from '../peer.js';
import { serveNest } from '../serve-nest.js';
import { PlaceOrder } from './inputs.js';
import { plainDatabase } from './plain-database.js';
import { ShopService } from './shop.service.js';

/** Peer (b): entities go out as they are, internal ids and all. */
@Controller()
class ExposedController {
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
  place(@Body() input: PlaceOrder) {
    return this.shop.place(input);
  }
}

export async function serve({ databaseUrl }: PeerOptions): Promise<string> {
  @Module({
    imports: [plainDatabase(databaseUrl)],
    controllers: [ExposedController],
    providers: [ShopService],
  })
  class ExposedModule {}
  return serveNest(ExposedModule);
}
