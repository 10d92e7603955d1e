import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Put } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  Describe,
  IfMatch,
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
import { OrderView } from '../orders/order.view.js';
import { Product } from '../products/product.entity.js';
import { Cart } from './cart.entity.js';
import { AddItem, OpenCart, SetQuantity } from './cart.input.js';
import { CartItemView, CartView } from './cart.view.js';
import { CartsService } from './carts.service.js';
import { cartsDocs } from './carts.docs.js';
import { guestPurpose } from './guest-carts.service.js';
import { cartsTag } from '../docs/tags.js';

const ofGuest = { guest: guestPurpose };
const anyProduct = { unscoped: 'a product belongs to no cart' };

@Tag(cartsTag)
@Controller('carts')
export class CartsController {
  constructor(
    @InjectDualId(Cart) private readonly carts: DualIdRepository<Cart>,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(CartsService) private readonly service: CartsService,
  ) {}

  @Describe(cartsDocs.list)
  @OwnOr('carts:read')
  @Get()
  @ReturnsPage(CartView)
  list(@PageOf(CartView) page: PageRequest): Promise<Page<CartView>> {
    return this.carts.page(CartView, page);
  }

  @Describe(cartsDocs.open)
  @OwnOr('carts:write')
  @Post()
  @Returns(CartView, { location: '/carts/:uuid' })
  async open(@Body() { userUuid }: OpenCart): Promise<CartView> {
    const cart = await this.service.open(userUuid);
    const errors = [{ pointer: '/userUuid', detail: 'does not exist' }];
    if (!cart) throw problem('missing_reference', { errors });
    return cart;
  }

  @Describe(cartsDocs.get)
  @OwnOr('carts:read', ofGuest)
  @Get(':cartUuid')
  @Returns(CartView)
  get(@Bind('cartUuid', CartView) cart: CartView): CartView {
    return cart;
  }

  @Describe(cartsDocs.items)
  @OwnOr('carts:read', ofGuest)
  @Get(':cartUuid/items')
  @ReturnsPage(CartItemView)
  items(
    @PageOf(CartItemView, { within: { cartUuid: 'cart' } }) page: PageRequest,
  ): Promise<Page<CartItemView>> {
    return this.repositories.page(CartItemView, page);
  }

  @Describe(cartsDocs.add)
  @OwnOr('carts:write', ofGuest)
  @Post(':cartUuid/items')
  @HttpCode(200)
  @Returns(CartView)
  add(
    @PublicIdParam('cartUuid', Cart) cart: PublicId<Cart>,
    @Body() { productUuid, quantity }: AddItem,
    @IfMatch() versions?: Versions,
  ): Promise<CartView> {
    return this.service.add(cart, { productUuid, quantity: quantity ?? 1 }, versions);
  }

  @Describe(cartsDocs.set)
  @OwnOr('carts:write', ofGuest)
  @Put(':cartUuid/items/:productUuid')
  @Returns(CartView)
  set(
    @PublicIdParam('cartUuid', Cart) cart: PublicId<Cart>,
    @PublicIdParam('productUuid', Product, anyProduct) product: PublicId<Product>,
    @Body() { quantity }: SetQuantity,
    @IfMatch() versions?: Versions,
  ): Promise<CartView> {
    return this.service.set(cart, { productUuid: product, quantity }, versions);
  }

  @Describe(cartsDocs.remove)
  @OwnOr('carts:write', ofGuest)
  @Delete(':cartUuid/items/:productUuid')
  @Returns(CartView)
  remove(
    @PublicIdParam('cartUuid', Cart) cart: PublicId<Cart>,
    @PublicIdParam('productUuid', Product, anyProduct) product: PublicId<Product>,
    @IfMatch() versions?: Versions,
  ): Promise<CartView> {
    return this.service.remove(cart, product, versions);
  }

  @Describe(cartsDocs.clear)
  @OwnOr('carts:write', ofGuest)
  @Delete(':cartUuid/items')
  @Returns(CartView)
  clear(
    @PublicIdParam('cartUuid', Cart) cart: PublicId<Cart>,
    @IfMatch() versions?: Versions,
  ): Promise<CartView> {
    return this.service.clear(cart, versions);
  }

  @Describe(cartsDocs.checkout)
  @OwnOr('carts:write')
  @Post(':cartUuid/checkout')
  @Idempotent()
  @Returns(OrderView, { location: '/orders/:uuid' })
  checkout(
    @PublicIdParam('cartUuid', Cart) cart: PublicId<Cart>,
    @IfMatch() versions?: Versions,
  ): Promise<OrderView> {
    return this.service.checkout(cart, versions);
  }
}
