import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { OrderStatusController } from './order-status.controller.js';
import { OrderStatusService } from './order-status.service.js';
import { Order } from './order.entity.js';
import { OrdersController } from './orders.controller.js';
import { OrderPlacing } from './order-placing.js';
import { OrdersService } from './orders.service.js';
import { UserOrdersController } from './user-orders.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Order])],
  controllers: [OrdersController, OrderStatusController, UserOrdersController],
  providers: [OrderPlacing, OrdersService, OrderStatusService],
  exports: [OrdersService],
})
export class OrdersModule {}
