import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import { IsPublicId } from 'nest-dual-id';
import { Product } from '../products/product.entity.js';
import { User } from '../users/user.entity.js';

/** Asks for a user's open cart. */
export class OpenCart {
  @IsPublicId(User)
  userUuid!: PublicId<User>;
}

/** How many of a product are wanted in all. */
export class SetQuantity {
  @IsInt()
  @Min(1)
  @Max(999)
  quantity!: number;
}

/** A product to put into a cart; it adds to what is there. */
export class AddItem {
  @IsPublicId(Product)
  productUuid!: PublicId<Product>;

  /** 1 when absent. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(999)
  quantity?: number;
}

/** Claims the cart of a guest. */
export class ClaimCart {
  @IsString()
  @MaxLength(512)
  token!: string;
}
