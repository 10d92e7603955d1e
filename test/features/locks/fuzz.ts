import { newPublicId, statement } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import type { LockOptions, LockTarget } from 'nest-dual-id/locks';
import { Country, Customer, Role } from '../../support/guarded-entities.js';
import type { LocksBench } from './bench.js';

/** The result of many transactions with random locks. */
export interface FuzzReport {
  readonly committed: number;
  readonly codes: ReadonlySet<string>;
  /** For each customer, the number of visits counted and the number in the database. */
  readonly visits: readonly (readonly [counted: number, stored: number])[];
}

const patience: readonly LockOptions[] = [
  {},
  {},
  { timeout: 2000 },
  { mode: 'no-wait' },
  { mode: 'skip-locked' },
];
const read = statement('SELECT visits FROM customers WHERE external_user_id = $1');
const write = statement('UPDATE customers SET visits = $1 WHERE external_user_id = $2');
const oneOf = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)]!;
const shuffled = <T>(list: readonly T[]) =>
  list
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

/**
 * Runs workers side by side, each of which locks some entities in random order and adds a visit to
 * every customer it got: first it reads, then it writes, so that a lock that does not hold shows
 * in the sums.
 */
export async function fuzzLocks(
  bench: LocksBench,
  { workers, rounds }: { readonly workers: number; readonly rounds: number },
): Promise<FuzzReport> {
  const { customers, others } = await population(bench);
  const counted = new Map(customers.map(({ uuid }) => [uuid as string, 0]));
  const codes = new Set<string>();
  let committed = 0;

  async function once(): Promise<void> {
    const targets = shuffled([...customers, ...others]).slice(0, 1 + Math.floor(Math.random() * 5));
    const visited = await bench.locks.withTransactionLock(targets, visit, oneOf(patience));
    committed += 1;
    for (const uuid of visited) counted.set(uuid, counted.get(uuid)! + 1);
  }

  async function visit(locked: readonly LockTarget[]): Promise<string[]> {
    const uuids = locked.filter(({ entity }) => entity === Customer).map(({ uuid }) => `${uuid}`);
    for (const uuid of uuids) {
      const [[visits]] = (await bench.database.rows(read, [uuid])) as [[number]];
      await bench.database.execute(write, [visits + 1, uuid]);
    }
    if (Math.random() < 0.1) throw Object.assign(new Error('given up'), { code: 'given_up' });
    return uuids;
  }

  const worker = async () => {
    for (let round = 0; round < rounds; round += 1) {
      await once().catch((error: { code?: string }) => codes.add(error.code ?? String(error)));
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const stored = await bench.sql<{ uuid: string; visits: number }>(
    'SELECT external_user_id AS uuid, visits FROM customers WHERE external_user_id = ANY($1)',
    [customers.map(({ uuid }) => uuid)],
  );
  const visits = stored.map((row) => [counted.get(row.uuid)!, row.visits] as const);
  return { committed, codes, visits };
}

async function population(bench: LocksBench) {
  const customers: LockTarget[] = [];
  const others: LockTarget[] = [];
  for (let at = 0; at < 5; at += 1) {
    const uuid = newPublicId<Customer>(4);
    await bench.sql(`INSERT INTO customers (external_user_id, first_name) VALUES ($1, 'a')`, [
      uuid,
    ]);
    customers.push({ entity: Customer, uuid });
  }
  for (const slug of ['france', 'spain']) {
    const role: PublicId<Role> = newPublicId(7);
    await bench.sql(`INSERT INTO roles (uuid, name) VALUES ($1, 'a')`, [role]);
    await bench.sql(`INSERT INTO countries (slug, name) VALUES ($1, $1)`, [slug]);
    others.push({ entity: Role, uuid: role }, { entity: Country, uuid: slug });
  }
  return { customers, others };
}
