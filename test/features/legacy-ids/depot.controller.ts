import { Body, Controller, Delete, Get, Inject, Post, Req } from '@nestjs/common';
import { IsString } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import type { Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  IfMatch,
  OwnOr,
  PageOf,
  PlainParam,
  Public,
  PublicIdParam,
  Repositories,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
} from 'nest-dual-id';
import { Idempotent } from 'nest-dual-id/idempotency';
import { AcceptsLegacyIds } from 'nest-dual-id/legacy-ids';
import { ClientView, Order, OrderView, Parcel, ParcelView, ProductView } from './depot.entities.js';

class NewParcel {
  @IsString() label!: string;
}

const ofClient = { within: { clientUuid: 'client' } };
const ofOrder = { within: { orderUuid: 'order' } };
const noted = {
  type: 'object',
  properties: { text: { type: 'string' } },
  required: ['text'],
  additionalProperties: false,
} as const;

/** What handlers saw of requests. */
export const seen: string[] = [];

@Controller()
@OwnOr('orders:read')
export class DepotController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @AcceptsLegacyIds()
  @Get('orders/:orderUuid')
  @OwnOr('orders:read', { guest: 'orders:guest' })
  @Returns(OrderView)
  show(
    @Bind('orderUuid', OrderView) order: OrderView,
    @Req() { url, params }: FastifyRequest,
  ): OrderView {
    seen.push(url, JSON.stringify(params));
    return order;
  }

  /** It does not accept numbers. */
  @Get('strict/orders/:orderUuid')
  @Returns(OrderView)
  showStrictly(@Bind('orderUuid', OrderView) order: OrderView): OrderView {
    return order;
  }

  @AcceptsLegacyIds()
  @Get('clients/:clientUuid/orders/:orderUuid')
  @Returns(OrderView)
  showOf(@Bind('orderUuid', OrderView, ofClient) order: OrderView): OrderView {
    return order;
  }

  @AcceptsLegacyIds()
  @Get('clients/:clientUuid/orders')
  @ReturnsPage(OrderView)
  list(@PageOf(OrderView, ofClient) page: PageRequest): Promise<Page<OrderView>> {
    return this.repositories.page(OrderView, page);
  }

  @AcceptsLegacyIds()
  @Get('orders/:orderUuid/parcels/:parcelUuid/notes/:year')
  @ReturnsSchema(noted)
  note(
    @PublicIdParam('orderUuid', Order) _order: PublicId<Order>,
    @Bind('parcelUuid', ParcelView, ofOrder) { label }: ParcelView,
    @PlainParam('year', { pattern: '[0-9]{4}' }) year: string,
  ): { text: string } {
    return { text: `${label} in the year ${year}` };
  }

  @AcceptsLegacyIds()
  @Post('orders/:orderUuid/parcels')
  @Idempotent()
  @Returns(ParcelView, { location: '/orders/:orderUuid' })
  add(
    @PublicIdParam('orderUuid', Order) orderUuid: PublicId<Order>,
    @Body() parcel: NewParcel,
  ): Promise<ParcelView> {
    return this.repositories.of(Parcel).create(ParcelView, { ...parcel, orderUuid });
  }

  @AcceptsLegacyIds()
  @Delete('orders/:orderUuid')
  @ReturnsNothing()
  async remove(
    @PublicIdParam('orderUuid', Order) uuid: PublicId<Order>,
    @IfMatch() versions?: Versions,
  ): Promise<void> {
    await this.repositories.of(Order).remove(uuid, versions);
  }

  @AcceptsLegacyIds()
  @Delete('parcels/:parcelUuid')
  @ReturnsNothing()
  async removeParcel(@PublicIdParam('parcelUuid', Parcel) uuid: PublicId<Parcel>): Promise<void> {
    await this.repositories.of(Parcel).remove(uuid);
  }

  @AcceptsLegacyIds()
  @Get('products/:productUuid')
  @Public()
  @Returns(ProductView)
  product(@Bind('productUuid', ProductView) product: ProductView): ProductView {
    return product;
  }

  /** It reads nothing, and so answers for whatever is not there. */
  @AcceptsLegacyIds()
  @Get('orders/:orderUuid/help')
  @ReturnsSchema(noted)
  help(@PublicIdParam('orderUuid', Order) _order: PublicId<Order>): { text: string } {
    return { text: 'help' };
  }

  @Get('clients/:clientUuid/name')
  @ReturnsSchema(noted)
  client(@Bind('clientUuid', ClientView) { name }: ClientView): { text: string } {
    return { text: name };
  }
}
