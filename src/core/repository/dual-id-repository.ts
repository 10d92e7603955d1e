import type { EntityMetadata } from 'typeorm';
import type { AddressOf, Addressable } from '../definition/address.js';
import type { Versions } from '../entity/versions.js';
import { EntityEraser } from '../erasure/entity-eraser.js';
import { problem } from '../errors/problem.js';
import type { InternalId } from '../ids/ids.js';
import type { CursorCipher } from '../page/cursor.js';
import { PageReader } from '../page/page-reader.js';
import type { Page, PageRequest } from '../page/page.js';
import { OwnerScope } from '../reading/owner-scope.js';
import type { Within } from '../reading/within.js';
import type { CompiledView } from '../view/compiled-view.js';
import { junctionOf } from '../view/junction.js';
import type { ViewRegistry } from '../view/view-registry.js';
import type { ViewClass } from '../view/view-spec.js';
import { EntityFinder } from './entity-finder.js';
import type { EntityInput } from './entity-input.js';
import { EntityInserter } from './entity-inserter.js';
import { EntityWriter } from './entity-writer.js';
import type { ForgettingParts } from './forgetting.js';
import { Forgetting } from './forgetting.js';
import { GroupedCreates } from './grouped-creates.js';
import type { LinkedBy, LinkProperty } from './links.js';
import { Links } from './links.js';
import type { ResolverCache } from './public-id-resolver.js';
import { PublicIdResolver } from './public-id-resolver.js';

/** The results for several public ids, in the order requested. */
export interface Found<V, T> {
  readonly items: V[];
  readonly missing: AddressOf<T>[];
}

/** The dependencies of a repository; the module supplies them. */
export interface RepositoryParts extends ForgettingParts {
  readonly views: ViewRegistry;
  readonly cursors: CursorCipher;
  readonly resolverCache: ResolverCache;
}

/**
 * Reads and writes entities by public id. Reads return views; writes take references by public id.
 * Inside `Database.transaction` every call joins the transaction.
 */
export class DualIdRepository<T extends Addressable> {
  readonly #finder: EntityFinder;
  readonly #scope: OwnerScope;
  readonly #pages = new Map<ViewClass, PageReader<object>>();
  readonly #writer: EntityWriter;
  readonly #inserter: EntityInserter;
  readonly #creates: GroupedCreates;
  readonly #resolver: PublicIdResolver;
  readonly #forgetting: Forgetting;
  readonly #eraser: EntityEraser;

  constructor(
    readonly entity: EntityMetadata,
    private readonly parts: RepositoryParts,
  ) {
    const { database, dataSource, resolverCache } = parts;
    const scope = new OwnerScope(entity);
    this.#scope = scope;
    this.#writer = new EntityWriter(database, entity, dataSource, scope);
    this.#inserter = new EntityInserter(database, entity, dataSource, scope);
    this.#creates = new GroupedCreates(database, this.#inserter);
    this.#resolver = new PublicIdResolver(database, entity, resolverCache);
    this.#forgetting = new Forgetting(entity, this.#resolver, parts);
    this.#finder = new EntityFinder(database, entity, scope, this.#resolver);
    this.#eraser = new EntityEraser(database, entity, scope);
  }

  /** Returns the view of an entity; `not_found` or `gone` if there is none under these parents. */
  async get<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    within: Within = {},
  ): Promise<V> {
    const found = await this.#finder.view(this.#view(view), uuid, within);
    return found ?? this.#finder.fail(uuid, within);
  }

  /** Returns the view of an entity, or undefined if there is none under these parents. */
  async find<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    within: Within = {},
  ): Promise<V | undefined> {
    return this.#finder.view(this.#view(view), uuid, within);
  }

  /** Returns many views by one statement, in the order requested, and reports missing ones. */
  async many<V extends object>(
    view: ViewClass<V>,
    uuids: readonly AddressOf<T>[],
  ): Promise<Found<V, T>> {
    const found = await this.#finder.views(this.#view(view), uuids);
    const viewOf = (uuid: unknown) => found.get(this.#finder.address(uuid) ?? '');
    return {
      items: uuids.flatMap((uuid) => viewOf(uuid) ?? []),
      missing: uuids.filter((uuid) => !viewOf(uuid)),
    };
  }

  /** Returns one page of views by keyset. */
  async page<V extends object>(view: ViewClass<V>, request: PageRequest): Promise<Page<V>> {
    return this.pagesOf(view).read(request);
  }

  /** Whether a public id belongs to an existing entity. */
  async exists(uuid: AddressOf<T>): Promise<boolean> {
    return (await this.resolveMany([uuid])).size > 0;
  }

  /** Returns the internal id behind a public one; `not_found` or `gone` if there is none. */
  async resolve(uuid: AddressOf<T>): Promise<InternalId<T>> {
    const [id] = (await this.resolveMany([uuid])).values();
    return id ?? this.#finder.fail(uuid);
  }

  /** Returns the internal ids of the existing public ids, by public id in lower case. */
  async resolveMany(
    uuids: readonly AddressOf<T>[],
  ): Promise<ReadonlyMap<AddressOf<T>, InternalId<T>>> {
    const found: unknown = await this.#finder.ids(uuids);
    return found as ReadonlyMap<AddressOf<T>, InternalId<T>>;
  }

  /** Inserts an entity; a missing reference is `missing_reference` and names its property. */
  async create<V extends object>(view: ViewClass<V>, input: EntityInput<T>): Promise<V> {
    const created = await this.#creates.create(this.#view(view), input);
    this.#forgetting.named([input]);
    return created;
  }

  /** Inserts many entities, all or none; the views are in the order of the inputs. */
  async createMany<V extends object>(
    view: ViewClass<V>,
    inputs: readonly EntityInput<T>[],
  ): Promise<V[]> {
    const created = await this.#inserter.createMany(this.#view(view), inputs);
    this.#forgetting.named(inputs);
    return created;
  }

  /**
   * Changes an entity and returns its new view. With `versions`, those listed in If-Match, an
   * entity at any other version is `version_mismatch` and nothing is written.
   */
  async update<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    changes: EntityInput<T>,
    versions?: Versions,
  ): Promise<V> {
    const address = this.#finder.address(uuid) ?? (await this.#finder.fail(uuid));
    const changed = await this.#writer.update(this.#view(view), address, changes, versions);
    // A slug may move: the row has left its old address, and another row may have left the new one.
    this.#forgetting.named([changes], address);
    return changed ?? this.#finder.fail(uuid, {}, versions);
  }

  /**
   * The links of a `@ManyToMany` relation, to be set, added and removed by public id. `named` is
   * the property of the body that holds the list, for the pointers of errors.
   */
  links<K extends LinkProperty<T>>(
    property: K,
    { named = property }: { readonly named?: string } = {},
  ): Links<T, LinkedBy<T, K>> {
    const { entity, parts } = this;
    const junction = junctionOf(entity, property, `The repository of ${entity.name}`);
    const { absence } = this.#finder;
    const scope = this.#scope;
    return new Links({ database: parts.database, entity, junction, absence, scope, named });
  }

  /** Deletes an entity, softly where it has a deletion date. */
  async remove(uuid: AddressOf<T>, versions?: Versions): Promise<void> {
    const address = this.#finder.address(uuid) ?? (await this.#finder.fail(uuid));
    const removed = await this.#writer.remove(address, versions);
    if (!removed) await this.#finder.fail(uuid, {}, versions);
    this.#forgetting.removed(address);
  }

  /**
   * Throws `not_found` or `gone` unless the entity belongs to the owner to whom the running work is
   * restricted, before statements of your own. Without a restriction it reads nothing.
   */
  requireOwn(uuid: AddressOf<T>): Promise<void> {
    return this.#finder.requireOwn(uuid);
  }

  /** Forgets every resolved id after rows were removed that nobody can name. */
  forgetAll(): void {
    this.#resolver.forgetAll();
  }

  /** Compiles how a view is read under these parents; errors name whatever cannot be read. */
  prepare(view: ViewClass, parents: readonly string[]): void {
    this.#finder.prepare(this.#view(view) as CompiledView, parents);
  }

  /**
   * Erases a person: blanks everything marked `@Personal`, soft-deletes the row, and removes the
   * person from every place that knows people. Rows that refer to the person stay. A deleted person
   * can still be erased, and erasing again is no error. It cannot be undone.
   */
  async erase(uuid: AddressOf<T>, versions?: Versions): Promise<void> {
    const address = this.#finder.address(uuid) ?? (await this.#finder.fail(uuid));
    const erased = await this.#eraser.erase(address, versions);
    if (!erased) await this.#finder.fail(uuid, {}, versions);
    this.#forgetting.removed(address);
  }

  /** Returns the page reader of a view, with its filters, sorts and search. */
  pagesOf<V extends object>(view: ViewClass<V>): PageReader<V> {
    const known = this.#pages.get(view);
    if (known) return known as PageReader<V>;
    const { database, cursors } = this.parts;
    const reader = new PageReader(database, cursors, this.#view(view));
    this.#pages.set(view, reader as PageReader<object>);
    return reader;
  }

  #view<V extends object>(view: ViewClass<V>): CompiledView<V> {
    const compiled = this.parts.views.get(view);
    if (compiled.entity === this.entity) return compiled;
    throw problem('misuse', {
      detail: `${compiled.name} is a view of ${compiled.entity.name}, not of ${this.entity.name}.`,
    });
  }
}
