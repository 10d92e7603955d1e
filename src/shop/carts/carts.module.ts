import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { OrdersModule } from '../orders/orders.module.js';
import { Cart } from './cart.entity.js';
import { CartsController } from './carts.controller.js';
import { CartsService } from './carts.service.js';
import { GuestCartsController } from './guest-carts.controller.js';
import { GuestCartsService } from './guest-carts.service.js';
import { UserCartController } from './user-cart.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Cart]), OrdersModule],
  controllers: [GuestCartsController, CartsController, UserCartController],
  providers: [CartsService, GuestCartsService],
})
export class CartsModule {}
