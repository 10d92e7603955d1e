import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { Bind, problem, Returns } from 'nest-dual-id';
import { Idempotent } from 'nest-dual-id/idempotency';
import { CreateOrder } from '../../../../src/shop/orders/order.input.js';
import { OrderView } from '../../../../src/shop/orders/order.view.js';
import { OrdersService } from '../../../../src/shop/orders/orders.service.js';

/** E4: the shop's own service behind a route without a policy. */
@Controller('orders')
export class OpenOrdersController {
  constructor(@Inject(OrdersService) private readonly service: OrdersService) {}

  @Post()
  @Idempotent()
  @Returns(OrderView, { location: '/orders/:uuid' })
  create(@Body() { userUuid, items }: CreateOrder): Promise<OrderView> {
    const errors = [{ pointer: '/userUuid', detail: 'does not exist' }];
    return this.service.place(userUuid, items, () => problem('missing_reference', { errors }));
  }

  @Get(':orderUuid')
  @Returns(OrderView)
  get(@Bind('orderUuid', OrderView) order: OrderView): OrderView {
    return order;
  }
}
