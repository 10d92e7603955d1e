import { ArrayUnique, IsInt, Max, Min } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId, ListOf } from 'nest-dual-id';
import { Product } from '../products/product.entity.js';
import { User } from '../users/user.entity.js';

/** One line of a new order. */
export class CreateOrderItem {
  @IsPublicId(Product)
  productUuid!: PublicId<Product>;

  @IsInt()
  @Min(1)
  @Max(999)
  quantity!: number;
}

/** A new order of a user named in the path. */
export class CreateUserOrder {
  @ListOf(() => CreateOrderItem, { min: 1, max: 500 })
  @ArrayUnique((item: CreateOrderItem) => item.productUuid, {
    message: 'items must name each product once',
  })
  items!: CreateOrderItem[];
}

/** A new order. */
export class CreateOrder extends CreateUserOrder {
  @IsPublicId(User)
  userUuid!: PublicId<User>;
}
