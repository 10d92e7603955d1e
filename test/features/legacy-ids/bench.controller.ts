import { Body, Controller, Get, Inject, Post, Query, Req } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import type { Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Accepts,
  Field,
  IsPublicId,
  ListOf,
  ObjectOf,
  OwnOr,
  PageOf,
  Public,
  PublicIdParam,
  PublicIdQuery,
  Repositories,
  Returns,
  ReturnsPage,
  ReturnsSchema,
  View,
} from 'nest-dual-id';
import { Idempotent } from 'nest-dual-id/idempotency';
import { AcceptsLegacyIds } from 'nest-dual-id/legacy-ids';
import { Client, Order, Parcel, ParcelView, Product } from './depot.entities.js';

/** Orders by their client. */
@View(Order, { sort: ['label'], filters: ['clientUuid', 'label'] })
export class ListedOrderView {
  @Field() uuid!: PublicId<Order>;
  @Field() label!: string;
  @Field() clientUuid!: PublicId<Client>;
}

class NewParcel {
  @IsString() label!: string;
  @IsPublicId(Order) orderUuid!: PublicId<Order>;
}

class Line {
  @IsPublicId(Product) productUuid!: PublicId<Product>;
}

class NewBatch {
  @ObjectOf(() => Line) first!: Line;
  @ListOf(() => Line, { min: 1, max: 40 }) lines!: Line[];
  @IsPublicId(Order, { each: true }) orderUuids!: PublicId<Order>[];
}

class FindOrders {
  @IsOptional() @IsPublicId(Order) orderUuid?: PublicId<Order>;
  @IsOptional() @IsPublicId(Client) clientUuid?: PublicId<Client>;
}

/** What a handler got, as text. */
export const got = {
  title: 'Got',
  type: 'object',
  properties: { text: { type: 'string' } },
  required: ['text'],
  additionalProperties: false,
} as const;

/** Routes with numbers elsewhere than in their paths. */
@Controller('bench')
@OwnOr('orders:read')
export class BenchController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @AcceptsLegacyIds({ query: ['clientUuid'] })
  @Get('orders')
  @ReturnsPage(ListedOrderView)
  orders(@PageOf(ListedOrderView) page: PageRequest): Promise<Page<ListedOrderView>> {
    return this.repositories.page(ListedOrderView, page);
  }

  @Get('strict')
  @ReturnsPage(ListedOrderView)
  strict(@PageOf(ListedOrderView) page: PageRequest): Promise<Page<ListedOrderView>> {
    return this.repositories.page(ListedOrderView, page);
  }

  @AcceptsLegacyIds({ query: ['productUuid'] })
  @Get('product')
  @Public()
  @ReturnsSchema(got)
  product(
    @PublicIdQuery('productUuid', Product) uuid: string | undefined,
    @Req() { url }: FastifyRequest,
  ): { text: string } {
    return { text: `${uuid} ${url}` };
  }

  @AcceptsLegacyIds({ query: ['orderUuid'] })
  @Get('find')
  @ReturnsSchema(got)
  find(@Query() { orderUuid, clientUuid }: FindOrders): { text: string } {
    return { text: `${orderUuid} ${clientUuid}` };
  }

  /** Its path alone accepts numbers. */
  @AcceptsLegacyIds()
  @Get('clients/:clientUuid')
  @ReturnsSchema(got)
  client(
    @PublicIdParam('clientUuid', Client) clientUuid: string,
    @PublicIdQuery('orderUuid', Order) orderUuid?: string,
  ): { text: string } {
    return { text: `${clientUuid} ${orderUuid}` };
  }

  @AcceptsLegacyIds({ body: ['orderUuid'] })
  @Post('parcels')
  @Idempotent()
  @Returns(ParcelView)
  add(@Body() { label, orderUuid }: NewParcel): Promise<ParcelView> {
    return this.repositories.of(Parcel).create(ParcelView, { label, orderUuid });
  }

  @AcceptsLegacyIds({ body: ['orderUuid'] })
  @Post('forms')
  @Accepts('application/x-www-form-urlencoded')
  @Returns(ParcelView)
  addByForm(@Body() { label, orderUuid }: NewParcel): Promise<ParcelView> {
    return this.repositories.of(Parcel).create(ParcelView, { label, orderUuid });
  }

  @Post('strict/parcels')
  @Returns(ParcelView)
  addStrictly(@Body() { label, orderUuid }: NewParcel): Promise<ParcelView> {
    return this.repositories.of(Parcel).create(ParcelView, { label, orderUuid });
  }

  @AcceptsLegacyIds({ body: ['first.productUuid', 'lines.productUuid', 'orderUuids'] })
  @Post('batches')
  @ReturnsSchema(got)
  batch(@Body() batch: NewBatch): { text: string } {
    return { text: JSON.stringify(batch) };
  }
}
