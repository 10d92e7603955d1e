import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  currentOwner,
  Describe,
  IfMatch,
  OwnOr,
  PublicIdParam,
  Requires,
  Returns,
  Tag,
} from 'nest-dual-id';
import { OrderHistoryView, withOwnNotes } from './order-history.view.js';
import { ChangeOrderStatus, StepNote } from './order-status.input.js';
import { OrderStatusService } from './order-status.service.js';
import { requireStep } from './required-step.js';
import { Order } from './order.entity.js';
import { OrderView } from './order.view.js';
import { orderStatusDocs } from './orders.docs.js';
import { ordersTag } from '../docs/tags.js';
import type { User } from '../users/user.entity.js';

/** Moves orders and shows where they have been. */
@Tag(ordersTag)
@Controller('orders/:orderUuid')
export class OrderStatusController {
  constructor(@Inject(OrderStatusService) private readonly service: OrderStatusService) {}

  @Describe(orderStatusDocs.move)
  @Requires('orders:move')
  @Post('status')
  @HttpCode(200)
  @Returns(OrderView)
  move(
    @PublicIdParam('orderUuid', Order) order: PublicId<Order>,
    @Body() input: ChangeOrderStatus,
    @IfMatch() versions?: Versions,
  ): Promise<OrderView> {
    requireStep(input.status);
    return this.service.move(order, input.status, { ...input, versions });
  }

  @Describe(orderStatusDocs.cancel)
  @OwnOr('orders:cancel')
  @Post('cancel')
  @HttpCode(200)
  @Returns(OrderView)
  cancel(
    @PublicIdParam('orderUuid', Order) order: PublicId<Order>,
    @Body() input: StepNote,
    @IfMatch() versions?: Versions,
  ): Promise<OrderView> {
    return this.service.move(order, 'cancelled', { ...input, versions });
  }

  @Describe(orderStatusDocs.requestReturn)
  @OwnOr('orders:request-return')
  @Post('return')
  @HttpCode(200)
  @Returns(OrderView)
  requestReturn(
    @PublicIdParam('orderUuid', Order) order: PublicId<Order>,
    @Body() input: StepNote,
    @IfMatch() versions?: Versions,
  ): Promise<OrderView> {
    return this.service.move(order, 'return_requested', { ...input, versions });
  }

  @Describe(orderStatusDocs.history)
  @OwnOr('orders:read')
  @Get('history')
  @Returns(OrderHistoryView)
  history(@Bind('orderUuid', OrderHistoryView) history: OrderHistoryView): OrderHistoryView {
    const customer = currentOwner() as PublicId<User> | undefined;
    return customer === undefined ? history : withOwnNotes(history, customer);
  }
}
