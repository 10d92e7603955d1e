import type { ApiGlossary } from 'nest-dual-id';
import { exampleIds } from './example-ids.js';

const person: ApiGlossary = {
  firstName: { description: 'The first name.', example: 'Ada' },
  lastName: { description: 'The last name.', example: 'Byron' },
  email: {
    description: 'The email address; no two users have the same one.',
    example: 'ada@example.org',
  },
  phone: { description: 'The phone number, as the user writes it.', example: '+44 20 7946 0958' },
  street: { description: 'The street and house number.', example: '12 St James’s Square' },
  city: { description: 'The town or city.', example: 'London' },
  postalCode: { description: 'The postal code.', example: 'SW1Y 4JH' },
  country: { description: 'The country.', example: 'United Kingdom' },
};

const product: ApiGlossary = {
  slug: { description: 'The name as it appears in an address.', example: 'milk-and-eggs' },
  name: { description: 'The name, as customers read it.', example: 'Organic Whole Milk' },
  price: {
    description: 'The price as a decimal; a product without a price cannot be ordered.',
    example: '4.20',
  },
  department: { description: 'The slug of the department.', example: 'milk-and-eggs' },
  aisle: { description: 'The slug of the aisle.', example: 'cow-milk' },
  minPrice: { example: '2.00' },
  maxPrice: { example: '5.00' },
  productCount: { description: 'How many of its products are on sale.', example: 48 },
  q: { example: 'milk' },
};

const cart: ApiGlossary = {
  closedAt: { description: 'When the cart was checked out; null while it is open.', example: null },
  itemCount: { description: 'How many different products there are.', example: 1 },
  items: { description: 'The products, in the order in which they were added.' },
  'ClaimCart.token': {
    description: 'The token that the guest got with the cart.',
    example: 'shop_live_4Qf…',
  },
  'AddItem.quantity': { description: 'How many to add; one when absent.', example: 2 },
  quantity: { description: 'How many of the product.', example: 2 },
  unitPrice: {
    description:
      'The price of one: today’s in a cart, that of the day in an order. Null for a product without a price.',
    example: '4.20',
  },
  total: {
    description: 'The sum of all items; null while one of them has no price.',
    example: '8.40',
  },
};

const orderTerms: ApiGlossary = {
  number: { description: 'The number of the order: 1, 2, 3 … for each user.', example: 12 },
  status: { description: 'How far the order has come.', example: 'pending' },
  'ChangeOrderStatus.status': { description: 'The status to move to.', example: 'processing' },
  'CreateOrder.items': { description: 'The products to order, each of them once.' },
  'CreateUserOrder.items': { description: 'The products to order, each of them once.' },
  dayOfWeek: {
    description: 'The day on which it was placed: 0 for Sunday to 6 for Saturday.',
    example: 4,
  },
  hourOfDay: { description: 'The hour in which it was placed, 0 to 23.', example: 9 },
  daysSincePriorOrder: {
    description: 'The days since the user’s order before; null for the first.',
    example: 7,
  },
  addToCartOrder: {
    description: 'The position of the item in the order, from 1.',
    example: 1,
  },
  reordered: { description: 'Whether the user has ordered the product before.', example: true },
  oldStatus: { description: 'The status before; null for a new order.', example: 'pending' },
  newStatus: { description: 'The status after the change.', example: 'processing' },
  changedAt: { description: 'When the status changed.', example: '2026-01-15T10:05:12.480Z' },
  changedByUuid: {
    description: 'The public id of the user who changed the status, where one was named.',
    example: exampleIds.user,
  },
  changes: { description: 'Every change of the status, the oldest first.' },
  note: { description: 'Why, in a sentence.', example: 'The customer called to confirm.' },
};

const accessTerms: ApiGlossary = {
  'RoleView.name': { description: 'The name of the role.', example: 'clerk' },
  'RoleView.owner': {
    description: 'Whether whoever holds the role owns the shop.',
    example: false,
  },
  'RoleView.permissions': {
    description: 'The names of the permissions that the role gives.',
    example: ['orders:read', 'orders:ship'],
  },
  'CreateKey.scopes': {
    description: 'The permissions that the key is limited to.',
    example: ['orders:read'],
  },
  'CreateKey.expiresAt': {
    description: 'When the key ends; never when absent.',
    example: '2030-01-31T00:00:00.000Z',
  },
  'CreateKey.principalUuid': {
    description: 'The user for whom the key acts; nobody when absent.',
    example: exampleIds.user,
  },
  'RotateKey.graceSeconds': {
    description: 'For how many seconds the old key is still valid; none when absent.',
    example: 86_400,
  },
  'RotateKey.expiresAt': {
    description: 'When the new key ends; with the old one when absent.',
    example: '2031-01-31T00:00:00.000Z',
  },
  roleUuids: { description: 'The public ids of the roles.', example: [exampleIds.role] },
};

/** What the names in the shop's API mean. */
export const glossary: ApiGlossary = {
  uuid: { description: 'The public id; it never changes.' },
  productUuid: { description: 'The public id of the product.', example: exampleIds.product },
  userUuid: { description: 'The public id of the user.', example: exampleIds.user },
  cartUuid: { description: 'The public id of the cart.', example: exampleIds.cart },
  orderUuid: { description: 'The public id of the order.', example: exampleIds.order },
  roleUuid: { description: 'The public id of the role.', example: exampleIds.role },
  uuids: {
    description: 'The public ids to resolve.',
    example: [exampleIds.product, exampleIds.order],
  },
  createdAt: { description: 'When it was created.', example: '2026-01-15T09:30:00.000Z' },
  updatedAt: { description: 'When it was last changed.', example: '2026-01-15T10:05:12.480Z' },
  relation: { example: 'parent' },
  metadata: { description: 'What the edge carries beside its ends; null when that is nothing.' },
  ...person,
  ...product,
  ...cart,
  ...orderTerms,
  ...accessTerms,
};
