import type { PublicId } from 'nest-dual-id';
import { Field, Many, PublicIds, View } from 'nest-dual-id';
import {
  Cart,
  Delivery,
  Firm,
  Item,
  Line,
  Person,
  Product,
  Shelf,
  Voucher,
} from './market.entities.js';

@View(Person, { sort: ['name'] })
export class PersonView {
  @Field() uuid!: PublicId<Person>;
  @Field() name!: string;
}

@View(Product, { sort: ['name'] })
export class ProductView {
  @Field() uuid!: PublicId<Product>;
  @Field() name!: string;
}

@View(Voucher, { sort: ['code'] })
export class VoucherView {
  @Field() uuid!: PublicId<Voucher>;
  @Field() code!: string;
  @Field() personUuid!: PublicId<Person> | null;
}

@View(Line, { sort: ['position'] })
export class LineView {
  @Field() position!: number;
  @Field() text!: string;
}

@View(Cart, { sort: ['label'], filters: ['personUuid', 'label'], search: ['label'] })
export class CartView {
  @Field() uuid!: PublicId<Cart>;
  @Field() label!: string;
  @Field() personUuid!: PublicId<Person>;
  @Many(() => LineView, 'cart', { orderBy: 'position' }) lines!: LineView[];
  @PublicIds('products') productUuids!: PublicId<Product>[];
}

@View(Item, { sort: ['quantity'], filters: ['cartUuid'] })
export class ItemView {
  @Field() uuid!: PublicId<Item>;
  @Field() cartUuid!: PublicId<Cart>;
  @Field() quantity!: number;
}

@View(Delivery, { sort: ['city'] })
export class DeliveryView {
  @Field() uuid!: PublicId<Delivery>;
  @Field() city!: string;
}

@View(Firm)
export class FirmView {
  @Field() uuid!: PublicId<Firm>;
  @Field() name!: string;
}

@View(Shelf, { sort: ['name'] })
export class ShelfView {
  @Field() uuid!: PublicId<Shelf>;
  @Field() name!: string;
  @Field() firmUuid!: PublicId<Firm>;
}
