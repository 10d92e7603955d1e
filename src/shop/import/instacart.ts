import { defineImportPlan } from 'nest-dual-id/import';
import type { ImportChoices, ImportFile } from 'nest-dual-id/import';

/**
 * The Instacart market-basket files of 2017, with people if there is a `users.csv`. All orders are
 * historical and count as delivered unless `order_status_history.csv` says otherwise. The data does
 * not say when they were placed, so they get the time of the import.
 *
 * With `prices: 'seeded'`, a product without a price gets one between 1.00 and 15.00 that depends
 * only on its historical id. `order_status_history.csv`, if present, records how orders reached
 * their status, which is then the last one in it.
 */
export const instacart = defineImportPlan({
  name: 'instacart',
  backslashQuotes: true,
  choices: { prices: ['seeded'] },
  files: ({ prices }: ImportChoices) => [
    lookUp('departments.csv', 'departments', 'department'),
    lookUp('aisles.csv', 'aisles', 'aisle'),
    products(prices === 'seeded'),
    users,
    orders,
    orderItems,
    orderStatusHistory,
  ],
});

function lookUp(file: string, table: string, header: string): ImportFile {
  return {
    file,
    table,
    columns: {
      id: { from: `${header}_id`, type: 'id' },
      name: { from: header, type: 'text' },
      slug: { slugOf: 'name' },
    },
  };
}

// 914 and 1401 have no common divisor, so that neighboring ids get very different prices.
const seededPrice = '(100 + mod(imported.id * 914, 1401)) / 100.0';

function products(areSeeded: boolean): ImportFile {
  return {
    file: 'products.csv',
    table: 'products',
    startWith: 100_000,
    columns: {
      id: { from: 'product_id', type: 'id' },
      name: { from: 'product_name', type: 'text' },
      price: {
        from: 'price',
        type: 'numeric',
        min: 0,
        optional: true,
        nullable: true,
        ...(areSeeded ? { otherwise: seededPrice } : {}),
      },
      aisle_id: { from: 'aisle_id', type: 'reference', to: 'aisles' },
      department_id: { from: 'department_id', type: 'reference', to: 'departments' },
    },
  };
}

const users: ImportFile = {
  file: 'users.csv',
  optional: true,
  table: 'users',
  startWith: 400_000,
  columns: {
    id: { from: 'user_id', type: 'id' },
    first_name: { from: 'first_name', type: 'text' },
    last_name: { from: 'last_name', type: 'text' },
    email: { from: 'email_address', type: 'text' },
    email_key: { sql: 'email_key(imported.email)' },
    phone: { from: 'phone_number', type: 'text', optional: true, nullable: true },
    street: { from: 'street_address', type: 'text', optional: true, nullable: true },
    city: { from: 'city', type: 'text', optional: true, nullable: true },
    postal_code: { from: 'postal_code', type: 'text', optional: true, nullable: true },
    country: { from: 'country', type: 'text', optional: true, nullable: true },
  },
  placeholders: {
    first_name: { constant: 'Historical' },
    last_name: { constant: 'Customer' },
    email: { sql: `'user-' || gen_random_uuid() || '@example.invalid'` },
  },
};

const orders: ImportFile = {
  file: 'orders.csv',
  table: 'orders',
  startWith: 3_422_000,
  ignore: ['eval_set'],
  columns: {
    id: { from: 'order_id', type: 'id' },
    user_id: { from: 'user_id', type: 'reference', to: 'users' },
    number: { from: 'order_number', type: 'integer', min: 1 },
    status: { constant: 'delivered' },
    day_of_week: { from: 'order_dow', type: 'integer', min: 0, max: 6 },
    hour_of_day: { from: 'order_hour_of_day', type: 'integer', min: 0, max: 23 },
    days_since_prior_order: {
      from: 'days_since_prior_order',
      type: 'integer',
      min: 0,
      nullable: true,
    },
  },
};

const orderItems: ImportFile = {
  file: 'order_products__*.csv',
  table: 'order_items',
  key: ['order_id', 'product_id'],
  columns: {
    order_id: { from: 'order_id', type: 'reference', to: 'orders' },
    product_id: { from: 'product_id', type: 'reference', to: 'products' },
    unit_price: { lookup: 'price', through: 'product_id' },
    quantity: { constant: 1 },
    add_to_cart_order: { from: 'add_to_cart_order', type: 'integer', min: 1 },
    reordered: { from: 'reordered', type: 'boolean' },
  },
};

const orderStatusHistory: ImportFile = {
  file: 'order_status_history.csv',
  optional: true,
  table: 'order_status_history',
  key: ['order_id', 'changed_at', 'new_status'],
  columns: {
    order_id: { from: 'order_id', type: 'reference', to: 'orders' },
    changed_at: { from: 'changed_at', type: 'timestamptz' },
    new_status: { from: 'status', type: 'enum' },
    old_status: { previous: 'new_status' },
  },
  sequence: {
    by: 'order_id',
    along: 'changed_at',
    steps: { table: 'order_status_edges', from: 'from_status', to: 'to_status' },
    first: 'pending',
  },
  settings: { 'shop.importing': 'on' },
};
