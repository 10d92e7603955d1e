import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDualId, Computed, DualId, DualIdEntity, Field, View } from 'nest-dual-id';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';

@Entity('currencies')
@Unique('currencies_numeric_uq', ['numeric'])
class Currency {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'currencies_pk' }) code!: string;
  /** A number defined by ISO 4217, which is not a key of ours. */
  @Column('integer') numeric!: number;
}

@DualId({ table: 'prices' })
@Index('prices_currency_code_ix', ['currency'])
@Index('prices_iso_ix', ['iso'])
class Price extends DualIdEntity {
  @Column('numeric') amount!: string;

  @Column({ type: 'text', name: 'currency_code', nullable: true }) currencyCode!: string | null;
  @ManyToOne(() => Currency)
  @JoinColumn({ name: 'currency_code', foreignKeyConstraintName: 'prices_currency_code_fk' })
  currency!: Currency | null;

  /** A reference in the database, a number in the class. */
  @Column({ type: 'integer', nullable: true }) iso!: number | null;
}

@View(Price, { sort: ['currencyCode'], filters: { currencyCode: 'currencyCode' } })
class PriceView {
  @Field() uuid!: PublicId<Price>;
  @Field() amount!: string;
  @Field() currencyCode!: string | null;
  @Field() iso!: number | null;
  /** A number cannot be the key of a currency, which is a text. */
  @Computed({ type: 'integer' }, () => '1') currency!: number;
}

async function makeTables(runner: SchemaRunner): Promise<void> {
  await runner.query(`CREATE TABLE currencies (code text CONSTRAINT currencies_pk PRIMARY KEY,
    numeric integer NOT NULL CONSTRAINT currencies_numeric_uq UNIQUE)`);
  await runner.query(`INSERT INTO currencies VALUES ('EUR', 978), ('JPY', 392)`);
  await runner.query(`CREATE TABLE prices (amount numeric NOT NULL, iso integer,
    currency_code text CONSTRAINT prices_currency_code_fk REFERENCES currencies)`);
  await addDualId(runner, { table: 'prices' });
  await runner.query('CREATE INDEX prices_currency_code_ix ON prices (currency_code)');
  await runner.query('CREATE INDEX prices_iso_ix ON prices (iso)');
}

let library: Library;
beforeAll(async () => {
  library = await openLibrary({}, [Currency, Price], makeTables);
});
afterAll(() => library.close());

describe('a foreign key that is a text', () => {
  test('is shown, sorted by, written, and refused if it refers to nothing', async () => {
    const prices = library.repositories.of(Price);
    const yen = await prices.create(PriceView, { amount: '5', currencyCode: 'JPY' });
    expect(yen.currencyCode).toBe('JPY');
    const { uuid } = await prices.create(PriceView, { amount: '1', currencyCode: 'JPY' });
    const changed = await prices.update(PriceView, uuid, { currencyCode: 'EUR' });
    expect(changed).toMatchObject({ uuid, currencyCode: 'EUR' });
    const sort = [{ field: 'currencyCode', descending: true }];
    const page = await prices.page(PriceView, { limit: 5, sort, filters: {}, within: {} });
    expect(page.items.map(({ currencyCode }) => currencyCode)).toEqual(['JPY', 'EUR']);
    const wrong = prices.create(PriceView, { amount: '1', currencyCode: 'XXX' });
    await expect(wrong).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: '/currencyCode', detail: 'does not exist' }] },
    });
  });

  test('is not an internal id to the doctor', async () => {
    const found = await diagnose({ dataSource: library.superuser, views: [PriceView] });
    expect(found.map(({ code, place }) => `${code} ${place}`).filter(isAboutPrices)).toEqual([]);
    // Neither is a number that refers to a number which is not a primary key.
    await library.superuser.query(`ALTER TABLE prices ADD CONSTRAINT prices_iso_fk
      FOREIGN KEY (iso) REFERENCES currencies (numeric)`);
    const codes = (await diagnose({ dataSource: library.superuser, views: [PriceView] })).map(
      ({ code }) => code,
    );
    expect(codes).not.toContain('reference_shown');
    await library.superuser.query(`ALTER TABLE prices DROP CONSTRAINT prices_iso_fk;
      CREATE TABLE isos (iso integer PRIMARY KEY);
      ALTER TABLE prices ADD CONSTRAINT prices_iso_fk FOREIGN KEY (iso) REFERENCES isos`);
    const shown = (await diagnose({ dataSource: library.superuser, views: [PriceView] })).filter(
      ({ code }) => code === 'reference_shown',
    );
    expect(shown).toMatchObject([{ place: 'PriceView.iso' }]);
  });
});

const isAboutPrices = (finding: string) => /prices|currenc|Price/.test(finding);
