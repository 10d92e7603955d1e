import type { INestApplicationContext } from '@nestjs/common';
import { Database, Repositories, slugOf, statement, withMigrationLock } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { OrdersService } from '../orders/orders.service.js';
import { Aisle } from '../products/aisle.entity.js';
import { AisleView } from '../products/aisle.view.js';
import { Department } from '../products/department.entity.js';
import { DepartmentView } from '../products/department.view.js';
import { Product } from '../products/product.entity.js';
import { ProductView } from '../products/product.view.js';
import { User } from '../users/user.entity.js';
import { UserView } from '../users/user.view.js';
import { catalogue, customers } from './catalogue.js';

/**
 * Fills an empty shop with a small catalogue, three customers and an order for each. If several
 * instances start together, one of them does this, and the others wait for it.
 */
export async function seedWhenEmpty(app: INestApplicationContext): Promise<boolean> {
  const database = app.get(Database);
  const isWanted = async () => (await database.rows(isShopEmpty))[0]?.[0] === true;
  if (!(await isWanted())) return false;
  return withMigrationLock(app.get(DataSource), () =>
    database.transaction(async () => {
      if (!(await isWanted())) return false;
      const products = await createProducts(app.get(Repositories));
      await createOrders(app, products);
      return true;
    }),
  );
}

const isShopEmpty = statement(
  'SELECT NOT EXISTS (SELECT 1 FROM products) AND NOT EXISTS (SELECT 1 FROM users)',
);

async function createProducts(repositories: Repositories): Promise<ProductView[]> {
  const named = (column: 2 | 3) =>
    [...new Set(catalogue.map((entry) => entry[column]))].map((name) => ({
      name,
      slug: slugOf(name),
    }));
  await repositories.of(Department).createMany(DepartmentView, named(2));
  await repositories.of(Aisle).createMany(AisleView, named(3));
  const products = catalogue.map(([name, price, department, aisle]) => ({
    name,
    price,
    department: slugOf(department),
    aisle: slugOf(aisle),
  }));
  return repositories.of(Product).createMany(ProductView, products);
}

async function createOrders(app: INestApplicationContext, products: ProductView[]): Promise<void> {
  const users = await app.get(Repositories).of(User).createMany(UserView, customers);
  for (const [index, { uuid }] of users.entries()) {
    const items = products
      .filter(({ price }, position) => price !== null && position % users.length === index)
      .slice(0, 5)
      .map((product, position) => ({ productUuid: product.uuid, quantity: position + 1 }));
    await app.get(OrdersService).place(uuid, items, () => new Error('The customer vanished.'));
  }
}
