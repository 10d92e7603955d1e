import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Bind,
  Describe,
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
import { User } from '../users/user.entity.js';
import { Order } from './order.entity.js';
import { CreateUserOrder } from './order.input.js';
import { OrderItemView, OrderSummary, OrderView } from './order.view.js';
import { OrdersService } from './orders.service.js';
import { userOrdersDocs } from './orders.docs.js';
import { ordersTag } from '../docs/tags.js';

const ofUser = { within: { userUuid: 'user' } };
const ofUserAndOrder = { within: { orderUuid: 'order', userUuid: 'order.user' } };

/** The orders of one user. Another user's order is not found here. */
@Tag(ordersTag)
@Controller('users/:userUuid/orders')
export class UserOrdersController {
  constructor(
    @InjectDualId(Order) private readonly orders: DualIdRepository<Order>,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(OrdersService) private readonly service: OrdersService,
  ) {}

  @Describe(userOrdersDocs.list)
  @OwnOr('orders:read')
  @Get()
  @ReturnsPage(OrderSummary)
  list(@PageOf(OrderSummary, ofUser) page: PageRequest): Promise<Page<OrderSummary>> {
    return this.orders.page(OrderSummary, page);
  }

  @Describe(userOrdersDocs.create)
  @OwnOr('orders:write')
  @Post()
  @Idempotent()
  @Returns(OrderView, { location: '/users/:userUuid/orders/:uuid' })
  create(
    @PublicIdParam('userUuid', User) userUuid: PublicId<User>,
    @Body() { items }: CreateUserOrder,
  ): Promise<OrderView> {
    return this.service.place(userUuid, items, () => problem('not_found'));
  }

  @Describe(userOrdersDocs.get)
  @OwnOr('orders:read')
  @Get(':orderUuid')
  @Returns(OrderView)
  get(@Bind('orderUuid', OrderView, ofUser) order: OrderView): OrderView {
    return order;
  }

  @Describe(userOrdersDocs.items)
  @OwnOr('orders:read')
  @Get(':orderUuid/items')
  @ReturnsPage(OrderItemView)
  items(@PageOf(OrderItemView, ofUserAndOrder) page: PageRequest): Promise<Page<OrderItemView>> {
    return this.repositories.page(OrderItemView, page);
  }
}
