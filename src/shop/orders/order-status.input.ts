import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId } from 'nest-dual-id';
import { User } from '../users/user.entity.js';
import type { OrderStatus } from './order-status.js';
import { orderStatuses } from './order-status.js';

/** Why and by whom an order is moved. */
export class CancelOrder {
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string;

  @IsOptional()
  @IsPublicId(User)
  changedByUuid?: PublicId<User>;
}

/** Where an order is moved to. */
export class ChangeOrderStatus extends CancelOrder {
  @IsIn(orderStatuses)
  status!: OrderStatus;
}
