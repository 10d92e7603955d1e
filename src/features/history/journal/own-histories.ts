import type { EntityMetadata } from 'typeorm';
import { currentOwner } from '../../../core/access/access-context.js';
import type { Addressable } from '../../../core/definition/address.js';
import { problem } from '../../../core/errors/problem.js';
import { isSelfOwned, ownershipOf } from '../../../core/reading/ownership.js';
import type { Repositories } from '../../../core/repository/repositories.js';
import { ownerOf } from './record.js';

/**
 * Whose histories the running work may read: in work that is restricted to an owner, those of rows
 * that are the owner's now. A deleted row has none.
 */
export class OwnHistories {
  constructor(private readonly repositories: Repositories) {}

  /**
   * Reads the log of the row at an address. The log has no owner, so the row is looked at before,
   * and again afterwards: of a row that was given away meanwhile nothing is shown.
   */
  async read<T>(entity: EntityMetadata, address: string, work: () => Promise<T>): Promise<T> {
    await this.require(entity, address);
    const found = await work();
    await this.require(entity, address);
    return found;
  }

  /** Throws `not_found` or `gone` unless the row exists for the running work. */
  async require(entity: EntityMetadata, address: string): Promise<void> {
    if (currentOwner() === undefined) return;
    const named = ownerOf(entity);
    if (named !== entity) requireSameOwner(entity, named);
    const target = named.target as new () => Addressable;
    await this.repositories.of(target).requireOwn(address as never);
  }
}

/** From a side that belongs to nobody, the links of every owner's rows would be read. */
export function requireOwnSide(entity: EntityMetadata, target: EntityMetadata): void {
  if (currentOwner() === undefined || ownershipOf(entity) || !ownershipOf(target)) return;
  throw problem('misuse', {
    detail: `${entity.name} belongs to nobody, and restricted work would read the links of every ${target.name}. Read them from the other side, or in unrestricted work.`,
  });
}

/** Rows that are read together, by the row they belong to, have to have its owner. */
function requireSameOwner(entity: EntityMetadata, named: EntityMetadata): void {
  const own = ownershipOf(entity);
  if (!own) return;
  const [first] = own.relations;
  const isByKey = entity.primaryColumns.some(({ relationMetadata }) => relationMetadata === first);
  if (!isSelfOwned(own) && isByKey && first?.inverseEntityMetadata === named) return;
  throw problem('misuse', {
    detail: `The rows of ${entity.name} belong to ${own.path} and not to the ${named.name} by which their history is read. Read it in unrestricted work.`,
  });
}
