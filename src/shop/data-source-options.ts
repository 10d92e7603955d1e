import { dualIdDataSource } from 'nest-dual-id';
import type { ConnectionMode } from 'nest-dual-id';
import { ApiKey } from 'nest-dual-id/api-keys';
import { Group, Permission, Role } from 'nest-dual-id/identity';
import { fileURLToPath } from 'node:url';
import { CartItem } from './carts/cart-item.entity.js';
import { Cart } from './carts/cart.entity.js';
import { OrderItem } from './orders/order-item.entity.js';
import { OrderStatusChange } from './orders/order-status-change.entity.js';
import { Order } from './orders/order.entity.js';
import { Aisle } from './products/aisle.entity.js';
import { Department } from './products/department.entity.js';
import { Product } from './products/product.entity.js';
import { User } from './users/user.entity.js';

const migrations = fileURLToPath(new URL('../../migrations/*.js', import.meta.url));

/** The shop's data source: its entities and its migrations. */
export function shopDataSource(url: string, connection: ConnectionMode = 'direct') {
  return dualIdDataSource({
    url,
    connection,
    applicationName: 'nest-dual-id shop',
    entities: [
      User,
      Department,
      Aisle,
      Product,
      Order,
      OrderItem,
      OrderStatusChange,
      Cart,
      CartItem,
      Role,
      Permission,
      Group,
      ApiKey,
    ],
    migrations: [migrations],
  });
}
