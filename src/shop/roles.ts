import type { SchemaRunner } from 'nest-dual-id';
import { grantDualId } from 'nest-dual-id';
import { grantApiKeys } from 'nest-dual-id/api-keys';
import { grantHistory } from 'nest-dual-id/history';
import { grantIdempotency } from 'nest-dual-id/idempotency';
import { grantIdentity } from 'nest-dual-id/identity';
import { grantRelations } from 'nest-dual-id/relations';

/** What the shop does with each of its tables. Rows with a passport are retired, never deleted. */
const rights = {
  users: 'SELECT, INSERT, UPDATE',
  departments: 'SELECT, INSERT, UPDATE',
  aisles: 'SELECT, INSERT, UPDATE',
  products: 'SELECT, INSERT, UPDATE',
  orders: 'SELECT, INSERT, UPDATE',
  order_items: 'SELECT, INSERT, UPDATE',
  order_status_edges: 'SELECT',
  order_status_history: 'SELECT, INSERT',
  carts: 'SELECT, INSERT, UPDATE',
  cart_items: 'SELECT, INSERT, UPDATE, DELETE',
};

/**
 * Grants the shop's role what it needs, after the owner's migrations. Running it again changes
 * nothing.
 */
export async function grantShop(runner: SchemaRunner, role: string): Promise<void> {
  await grantDualId(runner, role);
  await grantIdempotency(runner, role);
  await grantRelations(runner, role);
  await grantHistory(runner, role);
  await grantIdentity(runner, role);
  await grantApiKeys(runner, role);
  const to = `TO "${role.replaceAll('"', '""')}"`;
  for (const [table, granted] of Object.entries(rights)) {
    await runner.query(`GRANT ${granted} ON ${table} ${to}`);
  }
}
