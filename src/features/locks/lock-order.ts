import type { EntityMetadata } from 'typeorm';
import { problem } from '../../core/errors/problem.js';
import type { Addressable, AddressOf } from '../../core/definition/address.js';
import { addressReaderOf } from '../../core/reading/addresses.js';
import type { DualIdRepository } from '../../core/repository/dual-id-repository.js';
import type { Repositories } from '../../core/repository/repositories.js';
import { tableOf } from '../../core/sql/entity-names.js';

/** An entity to lock: its class and its public id, or the slug of lookup data. */
export interface LockTarget<T extends Addressable = Addressable> {
  readonly entity: abstract new (...args: never[]) => T;
  readonly uuid: NoInfer<AddressOf<T>>;
}

/** The rows of one table that are locked by one statement. */
export interface TableLocks {
  readonly repository: DualIdRepository<Addressable>;
  readonly table: string;
  /** By address, the targets that named the row. */
  readonly targets: ReadonlyMap<string, readonly LockTarget[]>;
}

/**
 * Sorts targets into the one order in which all transactions lock: by table, and within a table,
 * which is up to the statement, by address.
 */
export function inLockOrder(
  targets: readonly LockTarget[],
  repositories: Repositories,
): readonly TableLocks[] {
  const tables = new Map<string, TableLocks & { targets: Map<string, LockTarget[]> }>();
  for (const target of targets) {
    const repository = repositories.of(target.entity);
    const table = tableOf(repository.entity);
    const locks = tables.get(table) ?? { repository, table, targets: new Map() };
    const address = targetAddressOf(target, repository.entity);
    locks.targets.set(address, [...(locks.targets.get(address) ?? []), target]);
    tables.set(table, locks);
  }
  return [...tables.values()].toSorted((a, b) => (a.table < b.table ? -1 : 1));
}

function targetAddressOf({ uuid }: LockTarget, entity: EntityMetadata): string {
  const address = addressReaderOf(entity)(uuid);
  if (address === undefined) throw problem('not_found');
  return address;
}
