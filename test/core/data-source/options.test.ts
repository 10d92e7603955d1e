import { describe, expect, test } from '@jest/globals';
import { dualIdDataSource, SnakeCaseNaming } from 'nest-dual-id';
import type { DataSourceOptions } from 'typeorm';
import { DataSource, Entity, JoinTable, ManyToMany, PrimaryColumn, Column, Index } from 'typeorm';

class Address {
  @Column('text')
  streetName!: string;
}

@Entity('readers')
class Reader {
  @PrimaryColumn('bigint', { name: 'ReaderId' })
  readerId!: string;

  @Column('text')
  @Index({ unique: true })
  fullName!: string;

  @Column(() => Address)
  homeAddress!: Address;

  @ManyToMany(() => Reader)
  @JoinTable({ name: 'friendships' })
  bestFriends!: Reader[];
}

describe('the options of a data source', () => {
  test('enforce what the guarantees depend on, whatever else is set', () => {
    const careless = { synchronize: true, parseInt8: true, type: 'mysql', installExtensions: true };
    const options = dualIdDataSource({ entities: [Reader], ...careless } as never);
    expect(options).toMatchObject({
      type: 'postgres',
      synchronize: false,
      parseInt8: false,
      installExtensions: false,
      migrationsTransactionMode: 'each',
    });
    expect((options.entities as Function[]).map(({ name }) => name)).toEqual([
      'SchemaVersion',
      'PlatformType',
      'Passport',
      'Reader',
    ]);
  });

  test('let an application choose its own names and schema', () => {
    const namingStrategy = new SnakeCaseNaming();
    const options: DataSourceOptions = dualIdDataSource({
      entities: [],
      namingStrategy,
      schema: 'shop',
    });
    expect(options).toMatchObject({ namingStrategy, schema: 'shop' });
  });
});

describe('names', () => {
  const source = new DataSource(dualIdDataSource({ entities: [Reader] }));
  const metadata = async () => {
    await (source as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas();
    return source.getMetadata(Reader);
  };

  test('of columns are in snake case, unless the entity gives one itself', async () => {
    const { columns } = await metadata();
    expect(columns.map(({ databaseName }) => databaseName)).toEqual([
      'ReaderId',
      'full_name',
      'home_address_street_name',
    ]);
  });

  test('of columns in a table between two others are in snake case, too', async () => {
    await metadata();
    const table = source.entityMetadatas.find(({ tableName }) => tableName === 'friendships');
    expect(table?.columns.map(({ databaseName }) => databaseName)).toEqual([
      'readers_reader_id_1',
      'readers_reader_id_2',
    ]);
  });

  test('of keys and indexes include their table, and stay within 50 characters', () => {
    const naming = new SnakeCaseNaming();
    expect(naming.foreignKeyName('shop.orders', ['user_id'])).toBe('orders_user_id_fk');
    expect(naming.primaryKeyName('orders')).toBe('orders_pk');
    const long = ['a_very_long_column_name', 'another_very_long_column_name'];
    expect(naming.uniqueConstraintName('orders', long)).toHaveLength(50);
    expect(naming.uniqueConstraintName('orders', long)).not.toBe(
      naming.uniqueConstraintName('orders', [...long, 'third']),
    );
  });
});
