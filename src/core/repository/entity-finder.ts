import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import { problem } from '../errors/problem.js';
import type { Versions } from '../entity/versions.js';
import type { ReadAddress } from '../reading/addresses.js';
import { addressReaderOf } from '../reading/addresses.js';
import { OwnedRows } from '../reading/owned-rows.js';
import type { OwnerScope } from '../reading/owner-scope.js';
import { ViewReaders } from '../reading/view-readers.js';
import type { Within } from '../reading/within.js';
import { nameOf } from '../sql/entity-names.js';
import type { CompiledView } from '../view/compiled-view.js';
import { AbsenceReporter } from './absence.js';
import type { PublicIdResolver } from './public-id-resolver.js';

/** Finds entities by address among the rows that exist for the running work. */
export class EntityFinder {
  readonly absence: AbsenceReporter;
  /** Reads an address as the database writes it. */
  readonly address: ReadAddress;
  readonly #readers: ViewReaders;
  readonly #ownIds: OwnedRows;

  constructor(
    database: Database,
    entity: EntityMetadata,
    private readonly scope: OwnerScope,
    private readonly resolver: PublicIdResolver,
  ) {
    this.#readers = new ViewReaders(database);
    this.absence = new AbsenceReporter(database, entity, scope);
    this.address = addressReaderOf(entity);
    const id = nameOf(entity.primaryColumns[0]!);
    this.#ownIds = new OwnedRows(database, entity, scope, { value: (row) => `${row}.${id}` });
  }

  /** Compiles how a view is read under these parents, by whoever may read all rows or only some. */
  prepare(view: CompiledView, parents: readonly string[]): void {
    this.#readers.of(view, parents);
    const implied = this.scope.impliedBy(parents);
    if (implied.length > 0) this.#readers.of(view, [...new Set([...parents, ...implied])]);
  }

  /** The view at an address, or undefined if there is none under these parents. */
  view<V extends object>(
    view: CompiledView<V>,
    uuid: unknown,
    within: Within,
  ): Promise<V | undefined> {
    const parents = this.scope.within(within);
    const reader = this.#readers.of(view, Object.keys(parents ?? within));
    const address = this.address(uuid);
    const isThere = address !== undefined && !this.scope.excludes(address);
    return parents && isThere ? reader.find(address, parents) : Promise.resolve(undefined);
  }

  /** The views at several addresses, by address. */
  views<V extends object>(
    view: CompiledView<V>,
    uuids: readonly unknown[],
  ): Promise<ReadonlyMap<string, V>> {
    const parents = this.scope.within({});
    if (!parents) return Promise.resolve(new Map());
    const existing = this.#addresses(uuids).filter((address) => !this.scope.excludes(address));
    return this.#readers.of(view, Object.keys(parents)).findMany(existing, parents);
  }

  /** The internal ids of the addresses that exist. */
  async ids(uuids: readonly unknown[]): Promise<ReadonlyMap<string, string>> {
    const addresses = this.#addresses(uuids);
    if (this.scope.owner === undefined) return this.resolver.resolve(addresses);
    const pairs = await Promise.all(
      [...new Set(addresses)].map(async (one) => [one, await this.#ownIds.get(one)] as const),
    );
    return new Map(pairs.flatMap(([one, row]) => (row ? [[one, String(row[0])] as const] : [])));
  }

  /** Throws as `fail` does if restricted work may not see the row; reads nothing for other work. */
  async requireOwn(uuid: unknown): Promise<void> {
    if (this.scope.owner === undefined) return;
    if ((await this.ids([uuid])).size === 0) await this.fail(uuid);
  }

  /** Throws why nothing was found at an address. */
  async fail(uuid: unknown, within: Within = {}, versions?: Versions): Promise<never> {
    const address = this.address(uuid);
    if (address === undefined) throw problem('not_found');
    return this.absence.fail(address, within, versions);
  }

  #addresses(uuids: readonly unknown[]): string[] {
    return uuids.flatMap((uuid) => this.address(uuid) ?? []);
  }
}
