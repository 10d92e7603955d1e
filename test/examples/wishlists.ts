import { Body, Controller, Delete, Get, Inject, Module, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  addDualId,
  Bind,
  currentPrincipal,
  Database,
  DualId,
  DualIdEntity,
  Field,
  installDualId,
  OwnOr,
  PageOf,
  problem,
  Public,
  PublicIdParam,
  Repositories,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
  SignedIn,
  View,
} from 'nest-dual-id';
import type { OwnerRow, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import { ApiKeyAuthenticator, ApiKeys, ApiKeysModule, installApiKeys } from 'nest-dual-id/api-keys';
import { IdentityModule, installIdentity } from 'nest-dual-id/identity';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

@DualId({ table: 'shoppers', type: 70, owner: 'self' })
export class Shopper extends DualIdEntity {
  @Column('text') name!: string;
}

/** Of a shopper, or of nobody as long as only a guest has it. */
@DualId({ table: 'wishlists', type: 71, owner: 'shopper' })
export class Wishlist extends DualIdEntity {
  @ManyToOne(() => Shopper)
  @JoinColumn()
  shopper!: Shopper | null;
}

@DualId({ table: 'wishes', type: 72, owner: 'wishlist.shopper' })
export class Wish extends DualIdEntity {
  @Column('text') text!: string;

  @ManyToOne(() => Wishlist, { nullable: false })
  @JoinColumn()
  wishlist!: Wishlist;
}

@View(Wishlist)
export class WishlistView {
  @Field() uuid!: PublicId<Wishlist>;
  @Field() shopperUuid!: PublicId<Shopper> | null;
}

@View(Wish, { sort: ['text'] })
export class WishView {
  @Field() uuid!: PublicId<Wish>;
  @Field() text!: string;
}

class NewWish {
  @IsString() text!: string;
}

class Claim {
  @IsString() token!: string;
}

const text = { type: 'string' } as const;
const startedList = {
  type: 'object',
  properties: { wishlistUuid: { ...text, format: 'uuid' }, token: text },
  required: ['wishlistUuid', 'token'],
  additionalProperties: false,
} as const;
const ofList = { within: { wishlistUuid: 'wishlist' } };

/** What a guest's token is for. */
export const guest = 'wishlists:guest';
const month = 30 * 86_400_000;

@Controller('wishlists')
export class WishlistsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(ApiKeys) private readonly keys: ApiKeys,
  ) {}

  /** Whoever starts a list gets the only token for it. */
  @Post()
  @Public()
  @ReturnsSchema(startedList)
  start() {
    return this.database.transaction(async () => {
      const { uuid } = await this.repositories.of(Wishlist).create(WishlistView, {});
      const { token } = await this.keys.create({
        name: 'guest',
        guestOf: { entity: Wishlist, uuid },
        scopes: [guest],
        expiresAt: new Date(Date.now() + month),
      });
      return { wishlistUuid: uuid, token };
    });
  }

  /** Whoever is signed in and has the token of a guest takes the list over; the token ends. */
  @Post('claims')
  @SignedIn()
  @Returns(WishlistView)
  claim(@Body() { token }: Claim): Promise<WishlistView> {
    const shopperUuid = currentPrincipal()!.uuid as PublicId<Shopper>;
    return this.database.transaction(async () => {
      const row = await this.guestRow(token);
      // Of two claims at once, the second one finds no key that is left.
      if ((await this.keys.revokeAllOf(row)) === 0) throw notClaimed();
      const lists = this.repositories.of(Wishlist);
      return lists.update(WishlistView, row.uuid as PublicId<Wishlist>, { shopperUuid });
    });
  }

  @Get(':wishlistUuid')
  @OwnOr('wishlists:read', { guest })
  @Returns(WishlistView)
  show(@Bind('wishlistUuid', WishlistView) list: WishlistView): WishlistView {
    return list;
  }

  @Get(':wishlistUuid/wishes')
  @OwnOr('wishlists:read', { guest })
  @ReturnsPage(WishView)
  list(@PageOf(WishView, ofList) page: PageRequest): Promise<Page<WishView>> {
    return this.repositories.page(WishView, page);
  }

  @Post(':wishlistUuid/wishes')
  @OwnOr('wishlists:write', { guest })
  @Returns(WishView)
  add(
    @PublicIdParam('wishlistUuid', Wishlist) wishlistUuid: PublicId<Wishlist>,
    @Body() wish: NewWish,
  ): Promise<WishView> {
    return this.repositories.of(Wish).create(WishView, { ...wish, wishlistUuid });
  }

  /** A guest may not: the route does not say so. */
  @Delete(':wishlistUuid')
  @OwnOr('wishlists:write')
  @ReturnsNothing()
  remove(@PublicIdParam('wishlistUuid', Wishlist) uuid: PublicId<Wishlist>): Promise<void> {
    return this.repositories.of(Wishlist).remove(uuid);
  }

  private async guestRow(token: string): Promise<OwnerRow> {
    const found = await this.keys.verify(token);
    if (typeof found === 'string' || !found.scopes.includes(guest)) throw notClaimed();
    if (found.guestOf?.entity !== Wishlist) throw notClaimed();
    return found.guestOf;
  }
}

function notClaimed(): Error {
  return problem('forbidden', { detail: 'The token is of no wishlist that could be taken over.' });
}

/** The module of an application with wishlists, for shoppers and for guests. */
export const wishlistModule = (pepper: string) => {
  @Module({
    imports: [
      ApiKeysModule.forRoot({
        prefix: 'wish',
        environment: 'live',
        peppers: { 1: pepper },
        api: { permission: 'keys:manage' },
      }),
      IdentityModule.forRoot({ principal: Shopper, authenticators: [ApiKeyAuthenticator] }),
    ],
    controllers: [WishlistsController],
  })
  class WishlistModule {}
  return WishlistModule;
};

export async function migrateWishlists(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE shoppers (name text NOT NULL)');
  await addDualId(runner, { table: 'shoppers', type: { id: 70, name: 'shopper' } });
  await runner.query(`CREATE TABLE wishlists (shopper_id bigint,
    CONSTRAINT wishlists_shopper_id_fk FOREIGN KEY (shopper_id) REFERENCES shoppers)`);
  await addDualId(runner, { table: 'wishlists', type: { id: 71, name: 'wishlist' } });
  await runner.query('CREATE INDEX wishlists_shopper_id_idx ON wishlists (shopper_id)');
  await runner.query(`CREATE TABLE wishes (
    text text NOT NULL, wishlist_id bigint NOT NULL,
    CONSTRAINT wishes_wishlist_id_fk FOREIGN KEY (wishlist_id) REFERENCES wishlists)`);
  await addDualId(runner, { table: 'wishes', type: { id: 72, name: 'wish' } });
  await runner.query('CREATE INDEX wishes_wishlist_id_idx ON wishes (wishlist_id)');
  await installApiKeys(runner);
  await installIdentity(runner, { principal: { table: 'shoppers' } });
}
