import { Controller, Get, Inject, Post } from '@nestjs/common';
import type { PublicId } from 'nest-dual-id';
import { Describe, OwnOr, problem, PublicIdParam, Returns, Tag } from 'nest-dual-id';
import { User } from '../users/user.entity.js';
import { CartView } from './cart.view.js';
import { CartsService } from './carts.service.js';
import { userCartDocs } from './carts.docs.js';
import { cartsTag } from '../docs/tags.js';

/** The one open cart of a user. */
@Tag(cartsTag)
@Controller('users/:userUuid/cart')
export class UserCartController {
  constructor(@Inject(CartsService) private readonly service: CartsService) {}

  @Describe(userCartDocs.get)
  @OwnOr('carts:read')
  @Get()
  @Returns(CartView)
  async get(@PublicIdParam('userUuid', User) user: PublicId<User>): Promise<CartView> {
    return required(await this.service.find(user));
  }

  @Describe(userCartDocs.open)
  @OwnOr('carts:write')
  @Post()
  @Returns(CartView, { location: '/carts/:uuid' })
  async open(@PublicIdParam('userUuid', User) user: PublicId<User>): Promise<CartView> {
    return required(await this.service.open(user));
  }
}

function required(cart: CartView | undefined): CartView {
  if (cart) return cart;
  throw problem('not_found');
}
