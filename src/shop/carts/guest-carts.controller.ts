import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { JsonSchema, Principal, PublicId } from 'nest-dual-id';
import {
  CurrentPrincipal,
  Describe,
  OwnOr,
  problem,
  Public,
  Returns,
  ReturnsSchema,
  Tag,
} from 'nest-dual-id';
import { RateLimit } from 'nest-dual-id/edge';
import { exampleIds } from '../docs/example-ids.js';
import { cartsTag } from '../docs/tags.js';
import type { User } from '../users/user.entity.js';
import { ClaimCart } from './cart.input.js';
import { CartView } from './cart.view.js';
import { guestCartsDocs } from './carts.docs.js';
import type { GuestCart } from './guest-carts.service.js';
import { GuestCartsService } from './guest-carts.service.js';

const guestCart: JsonSchema = {
  title: 'GuestCart',
  type: 'object',
  properties: {
    cartUuid: {
      type: 'string',
      format: 'uuid',
      description: 'The public id of the cart.',
      examples: [exampleIds.cart],
    },
    token: {
      type: 'string',
      description: 'The only thing that opens the cart; it is shown once.',
      examples: ['shop_live_4Qf…'],
    },
    expiresAt: { type: 'string', format: 'date-time', description: 'When the token ends.' },
  },
  required: ['cartUuid', 'token', 'expiresAt'],
  additionalProperties: false,
};

/** Carts of visitors who have not signed in. */
@Tag(cartsTag)
@Controller('carts')
export class GuestCartsController {
  constructor(@Inject(GuestCartsService) private readonly service: GuestCartsService) {}

  @Describe(guestCartsDocs.open)
  @Post('guests')
  @Public()
  @RateLimit({ address: { max: 20, window: 600_000 } })
  @ReturnsSchema(guestCart)
  open(): Promise<GuestCart> {
    return this.service.open();
  }

  @Describe(guestCartsDocs.claim)
  @Post('claims')
  @HttpCode(200)
  @OwnOr('carts:write')
  @Returns(CartView)
  claim(@Body() { token }: ClaimCart, @CurrentPrincipal() { uuid }: Principal): Promise<CartView> {
    if (uuid !== null) return this.service.claim(token, uuid as PublicId<User>);
    throw problem('forbidden', { detail: 'The credentials act for nobody who could have a cart.' });
  }
}
