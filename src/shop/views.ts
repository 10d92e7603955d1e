import { RoleView, UserRolesView } from './access/role.view.js';
import { CartItemView, CartRecordView, CartView } from './carts/cart.view.js';
import { OrderHistoryView, OrderStatusChangeView } from './orders/order-history.view.js';
import { OrderItemView, OrderRecordView, OrderSummary, OrderView } from './orders/order.view.js';
import { AisleView } from './products/aisle.view.js';
import { DepartmentView } from './products/department.view.js';
import { ProductView } from './products/product.view.js';
import { UserView } from './users/user.view.js';

/** Every view of the shop, for the `dual-id export` command. */
export const shopViews = [
  UserView,
  DepartmentView,
  AisleView,
  ProductView,
  OrderRecordView,
  OrderSummary,
  OrderView,
  OrderItemView,
  OrderHistoryView,
  OrderStatusChangeView,
  CartRecordView,
  CartView,
  CartItemView,
  RoleView,
  UserRolesView,
];

/** The views that show what entities were: their columns and references. */
export const historyViews = [UserView, ProductView, CartRecordView, OrderRecordView];
