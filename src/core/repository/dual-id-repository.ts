import type { DataSource, EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import { problem } from '../errors/problem.js';
import type { AddressOf, Addressable } from '../entity/address.js';
import type { InternalId } from '../ids/ids.js';
import type { CursorCipher } from '../page/cursor.js';
import type { Page, PageRequest } from '../page/page.js';
import { PageReader } from '../page/page-reader.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { ViewRegistry } from '../view/view-registry.js';
import type { ViewClass } from '../view/view-spec.js';
import { AbsenceReporter } from './absence.js';
import type { EntityInput } from './entity-input.js';
import { EntityWriter } from './entity-writer.js';
import { PublicIdResolver } from './public-id-resolver.js';
import type { Within } from './view-reader.js';
import { ViewReader } from './view-reader.js';

/** What several public ids were found to be, in the order in which they were asked for. */
export interface Found<V, T> {
  readonly items: V[];
  readonly missing: AddressOf<T>[];
}

/** What a repository is made of; the module supplies it. */
export interface RepositoryParts {
  readonly database: Database;
  readonly dataSource: DataSource;
  readonly views: ViewRegistry;
  readonly cursors: CursorCipher;
  readonly resolverCacheSize: number;
}

/**
 * Reads and writes entities by public id. Reads answer views; writes take references by public
 * id. Inside `Database.transaction` every call joins the transaction.
 */
export class DualIdRepository<T extends Addressable> {
  readonly #readers = new Map<string, ViewReader<object>>();
  readonly #pages = new Map<ViewClass, PageReader<object>>();
  readonly #writer: EntityWriter;
  readonly #resolver: PublicIdResolver;
  readonly #absence: AbsenceReporter;

  constructor(
    readonly entity: EntityMetadata,
    private readonly parts: RepositoryParts,
  ) {
    const { database, dataSource, resolverCacheSize } = parts;
    this.#writer = new EntityWriter(database, entity, dataSource);
    this.#resolver = new PublicIdResolver(database, entity, resolverCacheSize);
    this.#absence = new AbsenceReporter(database, entity);
  }

  /** The view of an entity; `not_found` or `gone` when there is none under these parents. */
  async get<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    within: Within = {},
  ): Promise<V> {
    return (await this.find(view, uuid, within)) ?? this.#absence.fail(uuid, within);
  }

  /** The view of an entity, or undefined when there is none under these parents. */
  async find<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    within: Within = {},
  ): Promise<V | undefined> {
    return this.#reader(view, Object.keys(within)).find(uuid, within);
  }

  /** The views of many entities in one statement, in the order asked, missing ones reported. */
  async many<V extends object>(
    view: ViewClass<V>,
    uuids: readonly AddressOf<T>[],
  ): Promise<Found<V, T>> {
    const found = await this.#reader(view, []).findMany(uuids);
    return {
      items: uuids.flatMap((uuid) => found.get(uuid) ?? []),
      missing: uuids.filter((uuid) => !found.has(uuid)),
    };
  }

  /** One page of views by keyset. */
  async page<V extends object>(view: ViewClass<V>, request: PageRequest): Promise<Page<V>> {
    return this.pagesOf(view).read(request);
  }

  /** Tells whether a public id belongs to an entity that exists. */
  async exists(uuid: AddressOf<T>): Promise<boolean> {
    return (await this.#resolver.resolve([uuid])).has(uuid);
  }

  /** The internal id behind a public one; `not_found` or `gone` when there is none. */
  async resolve(uuid: AddressOf<T>): Promise<InternalId<T>> {
    const id = (await this.#resolver.resolve([uuid])).get(uuid);
    return (id as InternalId<T> | undefined) ?? this.#absence.fail(uuid, {});
  }

  /** The internal ids of those public ids that exist. */
  async resolveMany(
    uuids: readonly AddressOf<T>[],
  ): Promise<ReadonlyMap<AddressOf<T>, InternalId<T>>> {
    return (await this.#resolver.resolve(uuids)) as ReadonlyMap<AddressOf<T>, InternalId<T>>;
  }

  /** Inserts an entity; a missing reference is `missing_reference` and names its property. */
  async create<V extends object>(view: ViewClass<V>, input: EntityInput<T>): Promise<V> {
    return this.#writer.create(this.#view(view), input);
  }

  /** Inserts many entities, all or none; the views come in the order of the inputs. */
  async createMany<V extends object>(
    view: ViewClass<V>,
    inputs: readonly EntityInput<T>[],
  ): Promise<V[]> {
    return this.#writer.createMany(this.#view(view), inputs);
  }

  /**
   * Changes an entity and answers its new view. With `version`, the one its ETag carried, a
   * change made meanwhile is `version_mismatch` and nothing is written.
   */
  async update<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    changes: EntityInput<T>,
    version?: number,
  ): Promise<V> {
    const changed = await this.#writer.update(this.#view(view), uuid, changes, version);
    return changed ?? this.#absence.fail(uuid, {}, version);
  }

  /** Deletes an entity, softly where it has a deletion date. */
  async remove(uuid: AddressOf<T>, version?: number): Promise<void> {
    const removed = await this.#writer.remove(uuid, version);
    if (!removed) await this.#absence.fail(uuid, {}, version);
    this.parts.database.afterCommit(() => this.#resolver.forget(uuid));
  }

  /** The reader of pages of a view, with what they can be asked for. */
  pagesOf<V extends object>(view: ViewClass<V>): PageReader<V> {
    const known = this.#pages.get(view);
    if (known) return known as PageReader<V>;
    const { database, cursors, dataSource } = this.parts;
    const reader = new PageReader(database, cursors, this.#view(view), dataSource);
    this.#pages.set(view, reader as PageReader<object>);
    return reader;
  }

  #reader<V extends object>(view: ViewClass<V>, parents: readonly string[]): ViewReader<V> {
    const compiled = this.#view(view);
    const key = [compiled.name, ...parents].join('\n');
    const known = this.#readers.get(key);
    if (known) return known as ViewReader<V>;
    const reader = new ViewReader(this.parts.database, compiled, parents);
    this.#readers.set(key, reader as ViewReader<object>);
    return reader;
  }

  #view<V extends object>(view: ViewClass<V>): CompiledView<V> {
    const compiled = this.parts.views.get(view);
    if (compiled.entity === this.entity) return compiled;
    throw problem('setup_refused', {
      detail: `${compiled.name} is a view of ${compiled.entity.name}, not of ${this.entity.name}.`,
    });
  }
}
