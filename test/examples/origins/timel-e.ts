import { Controller, Get } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  Bind,
  DualId,
  DualIdEntity,
  Field,
  InjectDualId,
  installDualId,
  PageOf,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import { defineImportPlan } from 'nest-dual-id/import';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

/** People of a CSV history keep their numbers inside; new ones start at 400000. */
@DualId({ table: 'shoppers', type: 50, startWith: 400_000 })
export class Shopper extends DualIdEntity {
  @Column('text') name!: string;
}

@DualId({ table: 'purchases', type: 51, startWith: 3_422_000 })
export class Purchase extends DualIdEntity {
  @ManyToOne(() => Shopper, { nullable: false })
  @JoinColumn()
  shopper!: Shopper;

  @Column('integer') number!: number;
}

@View(Shopper, { sort: ['name'] })
export class ShopperView {
  @Field() uuid!: PublicId<Shopper>;
  @Field() name!: string;
}

@View(Purchase, { sort: ['number'] })
export class PurchaseView {
  @Field() uuid!: PublicId<Purchase>;
  @Field() shopperUuid!: PublicId<Shopper>;
  @Field() number!: number;
}

@Controller('shoppers')
export class ShoppersController {
  constructor(
    @InjectDualId(Shopper) private readonly shoppers: DualIdRepository<Shopper>,
    @InjectDualId(Purchase) private readonly purchases: DualIdRepository<Purchase>,
  ) {}

  @Get()
  @ReturnsPage(ShopperView)
  all(@PageOf(ShopperView) page: PageRequest): Promise<Page<ShopperView>> {
    return this.shoppers.page(ShopperView, page);
  }

  @Get(':shopperUuid')
  @Returns(ShopperView)
  get(@Bind('shopperUuid', ShopperView) shopper: ShopperView): ShopperView {
    return shopper;
  }

  @Get(':shopperUuid/purchases')
  @ReturnsPage(PurchaseView)
  list(
    @PageOf(PurchaseView, { within: { shopperUuid: 'shopper' } }) page: PageRequest,
  ): Promise<Page<PurchaseView>> {
    return this.purchases.page(PurchaseView, page);
  }
}

/** The history: numbers are kept, UUIDs are random and cannot be computed from them. */
export const history = defineImportPlan({
  name: 'history',
  files: [
    {
      file: 'shoppers.csv',
      table: 'shoppers',
      startWith: 400_000,
      columns: {
        id: { from: 'user_id', type: 'id' },
        name: { from: 'name', type: 'text' },
      },
    },
    {
      file: 'purchases.csv',
      table: 'purchases',
      startWith: 3_422_000,
      columns: {
        id: { from: 'order_id', type: 'id' },
        shopper_id: { from: 'user_id', type: 'reference', to: 'shoppers' },
        number: { from: 'order_number', type: 'integer', min: 1 },
      },
    },
  ],
});

export async function migrateShop(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE shoppers (name text NOT NULL)');
  await addDualId(runner, {
    table: 'shoppers',
    type: { id: 50, name: 'shopper' },
    startWith: 400_000,
  });
  await runner.query(`CREATE TABLE purchases (
    shopper_id bigint NOT NULL REFERENCES shoppers (id),
    number integer NOT NULL,
    UNIQUE (shopper_id, number))`);
  await addDualId(runner, {
    table: 'purchases',
    type: { id: 51, name: 'purchase' },
    startWith: 3_422_000,
  });
}
