import type { ApiTag } from 'nest-dual-id';

export const productsTag: ApiTag = {
  name: 'Products',
  description: 'What the shop sells, and the departments and aisles where it is found.',
};

export const usersTag: ApiTag = {
  name: 'Users',
  description: 'The customers of the shop.',
};

export const cartsTag: ApiTag = {
  name: 'Carts',
  description:
    'What customers want to buy. A user has at most one open cart; checkout turns it into an order.',
};

export const ordersTag: ApiTag = {
  name: 'Orders',
  description: 'What customers bought, at the prices of that day, and how far it has come.',
};

export const healthTag: ApiTag = {
  name: 'Health',
  description:
    'For load balancers and supervisors: whether the shop is alive and whether it can serve.',
};

export const accessTag: ApiTag = {
  name: 'Roles',
  description: 'What people may do beyond their own carts and orders.',
};
