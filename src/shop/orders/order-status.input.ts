import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { OrderStatus } from './order-status.js';
import { orderStatuses } from './order-status.js';

/** Why an order is moved. */
export class StepNote {
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string;
}

/** Where an order is moved to. */
export class ChangeOrderStatus extends StepNote {
  @IsIn(orderStatuses)
  status!: OrderStatus;
}
