import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  Describe,
  IfMatch,
  InjectDualId,
  OwnOr,
  PageOf,
  problem,
  PublicIdParam,
  Repositories,
  Returns,
  ReturnsPage,
  Tag,
} from 'nest-dual-id';
import { Idempotent } from 'nest-dual-id/idempotency';
import { Order } from './order.entity.js';
import { CreateOrder, CreateUserOrder } from './order.input.js';
import { OrderItemView, OrderSummary, OrderView } from './order.view.js';
import { OrdersService } from './orders.service.js';
import { ordersDocs } from './orders.docs.js';
import { ordersTag } from '../docs/tags.js';

@Tag(ordersTag)
@Controller('orders')
export class OrdersController {
  constructor(
    @InjectDualId(Order) private readonly orders: DualIdRepository<Order>,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(OrdersService) private readonly service: OrdersService,
  ) {}

  @Describe(ordersDocs.list)
  @OwnOr('orders:read')
  @Get()
  @ReturnsPage(OrderSummary)
  list(@PageOf(OrderSummary) page: PageRequest): Promise<Page<OrderSummary>> {
    return this.orders.page(OrderSummary, page);
  }

  @Describe(ordersDocs.create)
  @OwnOr('orders:write')
  @Post()
  @Idempotent()
  @Returns(OrderView, { location: '/orders/:uuid' })
  create(@Body() { userUuid, items }: CreateOrder): Promise<OrderView> {
    const errors = [{ pointer: '/userUuid', detail: 'does not exist' }];
    return this.service.place(userUuid, items, () => problem('missing_reference', { errors }));
  }

  @Describe(ordersDocs.get)
  @OwnOr('orders:read')
  @Get(':orderUuid')
  @Returns(OrderView)
  get(@Bind('orderUuid', OrderView) order: OrderView): OrderView {
    return order;
  }

  @Describe(ordersDocs.items)
  @OwnOr('orders:read')
  @Get(':orderUuid/items')
  @ReturnsPage(OrderItemView)
  items(
    @PageOf(OrderItemView, { within: { orderUuid: 'order' } }) page: PageRequest,
  ): Promise<Page<OrderItemView>> {
    return this.repositories.page(OrderItemView, page);
  }

  /** Adds lines while the order is pending. */
  @Describe(ordersDocs.add)
  @OwnOr('orders:write')
  @Post(':orderUuid/items')
  @HttpCode(200)
  @Returns(OrderView)
  add(
    @PublicIdParam('orderUuid', Order) order: PublicId<Order>,
    @Body() { items }: CreateUserOrder,
    @IfMatch() versions?: Versions,
  ): Promise<OrderView> {
    return this.service.add(order, items, versions);
  }
}
