import { Inject, Injectable } from '@nestjs/common';
import type { DualIdRepository, OwnerRow, PublicId } from 'nest-dual-id';
import { Database, InjectDualId, problem, unrestricted } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import type { User } from '../users/user.entity.js';
import { Cart } from './cart.entity.js';
import { closeCart, findGuestCart, moveItems } from './cart.sql.js';
import { CartRecordView, CartView } from './cart.view.js';
import { CartsService } from './carts.service.js';

/** What the token of a guest's cart is for. */
export const guestPurpose = 'carts:guest';

const guestLifetime = 30 * 86_400_000;

/** A cart of nobody, and the only token for it. */
export interface GuestCart {
  readonly cartUuid: PublicId<Cart>;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Carts that belong to nobody yet. Whoever has the token of one may fill it, and claim it. */
@Injectable()
export class GuestCartsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApiKeys) private readonly keys: ApiKeys,
    @Inject(CartsService) private readonly carts: CartsService,
    @InjectDualId(Cart) private readonly repository: DualIdRepository<Cart>,
  ) {}

  /** Opens a cart of nobody, for thirty days. */
  open(): Promise<GuestCart> {
    return this.database.transaction(async () => {
      const { uuid } = await this.repository.create(CartRecordView, {});
      const expiresAt = new Date(Date.now() + guestLifetime);
      const { token } = await this.keys.create({
        name: 'guest cart',
        guestOf: { entity: Cart, uuid },
        scopes: [guestPurpose],
        expiresAt,
      });
      return { cartUuid: uuid, token, expiresAt };
    });
  }

  /**
   * Moves what is in a guest's cart into the open cart of a user, and returns that. The guest's cart
   * is closed and its token ends; of two claims at once, one succeeds.
   */
  claim(token: string, userUuid: PublicId<User>): Promise<CartView> {
    // Until then, the guest's cart and its key are nobody's.
    return unrestricted(() => this.#claim(token, userUuid));
  }

  #claim(token: string, userUuid: PublicId<User>): Promise<CartView> {
    return this.database.transaction(async () => {
      const guest = await this.#guestCart(token);
      if ((await this.keys.revokeAllOf(guest)) === 0) throw unclaimable();
      const [row] = await this.database.rows(findGuestCart, [guest.uuid]);
      if (!row) throw unclaimable();
      const { uuid, id } = await this.carts.lockOpen(userUuid);
      await this.database.execute(moveItems, [row[0], id]);
      await this.database.execute(closeCart, [row[0]]);
      return this.repository.get(CartView, uuid);
    });
  }

  async #guestCart(token: string): Promise<OwnerRow> {
    const found = await this.keys.verify(token);
    if (typeof found === 'string' || found.guestOf?.entity !== Cart) throw unclaimable();
    if (!found.scopes.includes(guestPurpose)) throw unclaimable();
    return found.guestOf;
  }
}

function unclaimable(): Error {
  return problem('forbidden', { detail: 'The token is of no cart that could be claimed.' });
}
