import type { EntityMetadata } from 'typeorm';
import { EntityEraser } from '../erasure/entity-eraser.js';
import { problem } from '../errors/problem.js';
import type { AddressOf, Addressable } from '../entity/address.js';
import type { Versions } from '../entity/versions.js';
import type { InternalId } from '../ids/ids.js';
import type { CursorCipher } from '../page/cursor.js';
import type { Page, PageRequest } from '../page/page.js';
import { PageReader } from '../page/page-reader.js';
import type { CompiledView } from '../view/compiled-view.js';
import { junctionOf } from '../view/junction.js';
import type { ViewRegistry } from '../view/view-registry.js';
import type { ViewClass } from '../view/view-spec.js';
import { AbsenceReporter } from './absence.js';
import type { ReadAddress } from './addresses.js';
import { addressReaderOf } from './addresses.js';
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
import type { ViewReader, Within } from './view-reader.js';
import { ViewReaders } from './view-readers.js';

/** What several public ids were found to be, in the order in which they were asked for. */
export interface Found<V, T> {
  readonly items: V[];
  readonly missing: AddressOf<T>[];
}

/** What a repository is made of; the module supplies it. */
export interface RepositoryParts extends ForgettingParts {
  readonly views: ViewRegistry;
  readonly cursors: CursorCipher;
  readonly resolverCache: ResolverCache;
}

/**
 * Reads and writes entities by public id. Reads answer views; writes take references by public
 * id. Inside `Database.transaction` every call joins the transaction.
 */
export class DualIdRepository<T extends Addressable> {
  readonly #readers: ViewReaders;
  readonly #pages = new Map<ViewClass, PageReader<object>>();
  readonly #writer: EntityWriter;
  readonly #inserter: EntityInserter;
  readonly #creates: GroupedCreates;
  readonly #resolver: PublicIdResolver;
  readonly #absence: AbsenceReporter;
  readonly #forgetting: Forgetting;
  readonly #address: ReadAddress;
  readonly #eraser: EntityEraser;

  constructor(
    readonly entity: EntityMetadata,
    private readonly parts: RepositoryParts,
  ) {
    const { database, dataSource, resolverCache } = parts;
    this.#readers = new ViewReaders(database);
    this.#writer = new EntityWriter(database, entity, dataSource);
    this.#inserter = new EntityInserter(database, entity, dataSource);
    this.#creates = new GroupedCreates(database, this.#inserter);
    this.#resolver = new PublicIdResolver(database, entity, resolverCache);
    this.#forgetting = new Forgetting(entity, this.#resolver, parts);
    this.#absence = new AbsenceReporter(database, entity);
    this.#address = addressReaderOf(entity);
    this.#eraser = new EntityEraser(database, entity);
  }

  /** The view of an entity; `not_found` or `gone` when there is none under these parents. */
  async get<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    within: Within = {},
  ): Promise<V> {
    return (await this.#find(view, uuid, within)) ?? this.#fail(uuid, within);
  }

  /** The view of an entity, or undefined when there is none under these parents. */
  async find<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    within: Within = {},
  ): Promise<V | undefined> {
    return this.#find(view, uuid, within);
  }

  /** The views of many entities in one statement, in the order asked, missing ones reported. */
  async many<V extends object>(
    view: ViewClass<V>,
    uuids: readonly AddressOf<T>[],
  ): Promise<Found<V, T>> {
    const found = await this.#reader(view, []).findMany(this.#addresses(uuids));
    const viewOf = (uuid: unknown) => found.get(this.#address(uuid) ?? '');
    return {
      items: uuids.flatMap((uuid) => viewOf(uuid) ?? []),
      missing: uuids.filter((uuid) => !viewOf(uuid)),
    };
  }

  /** One page of views by keyset. */
  async page<V extends object>(view: ViewClass<V>, request: PageRequest): Promise<Page<V>> {
    return this.pagesOf(view).read(request);
  }

  /** Whether a public id belongs to an entity that exists. */
  async exists(uuid: AddressOf<T>): Promise<boolean> {
    return (await this.resolveMany([uuid])).size > 0;
  }

  /** The internal id behind a public one; `not_found` or `gone` when there is none. */
  async resolve(uuid: AddressOf<T>): Promise<InternalId<T>> {
    const [id] = (await this.resolveMany([uuid])).values();
    return id ?? this.#fail(uuid, {});
  }

  /** The internal ids of those public ids that exist, by public id in lower case. */
  async resolveMany(
    uuids: readonly AddressOf<T>[],
  ): Promise<ReadonlyMap<AddressOf<T>, InternalId<T>>> {
    const found = await this.#resolver.resolve(this.#addresses(uuids));
    return found as ReadonlyMap<AddressOf<T>, InternalId<T>>;
  }

  /** Inserts an entity; a missing reference is `missing_reference` and names its property. */
  async create<V extends object>(view: ViewClass<V>, input: EntityInput<T>): Promise<V> {
    const created = await this.#creates.create(this.#view(view), input);
    this.#forgetting.named([input]);
    return created;
  }

  /** Inserts many entities, all or none; the views come in the order of the inputs. */
  async createMany<V extends object>(
    view: ViewClass<V>,
    inputs: readonly EntityInput<T>[],
  ): Promise<V[]> {
    const created = await this.#inserter.createMany(this.#view(view), inputs);
    this.#forgetting.named(inputs);
    return created;
  }

  /**
   * Changes an entity and returns its new view. With `versions`, those that an If-Match lists, an
   * entity that is at another one is `version_mismatch` and nothing is written.
   */
  async update<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    changes: EntityInput<T>,
    versions?: Versions,
  ): Promise<V> {
    const address = this.#address(uuid) ?? (await this.#fail(uuid, {}));
    const changed = await this.#writer.update(this.#view(view), address, changes, versions);
    // A slug may move: the row has left its old address, and another may have left the new one.
    this.#forgetting.named([changes], address);
    return changed ?? this.#fail(uuid, {}, versions);
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
    const absence = this.#absence;
    return new Links({ database: parts.database, entity, junction, absence, named });
  }

  /** Deletes an entity, softly where it has a deletion date. */
  async remove(uuid: AddressOf<T>, versions?: Versions): Promise<void> {
    const address = this.#address(uuid) ?? (await this.#fail(uuid, {}));
    const removed = await this.#writer.remove(address, versions);
    if (!removed) await this.#fail(uuid, {}, versions);
    this.#forgetting.removed(address);
  }

  /** Forgets every resolved id, once rows went that nobody can name. */
  forgetAll(): void {
    this.#resolver.forgetAll();
  }

  /** Compiles how a view is read under these parents; what cannot be read is refused by name. */
  prepare(view: ViewClass, parents: readonly string[]): void {
    this.#reader(view, parents);
  }

  /**
   * Erases a person: what `@Personal` marks is blanked, the row is deleted softly, and every place
   * that knows people forgets this one. What refers to the person stays. A person who was deleted
   * before is erased all the same, and erasing once more is no error. There is no way back.
   */
  async erase(uuid: AddressOf<T>, versions?: Versions): Promise<void> {
    const address = this.#address(uuid) ?? (await this.#fail(uuid, {}));
    const erased = await this.#eraser.erase(address, versions);
    if (!erased) await this.#fail(uuid, {}, versions);
    this.#forgetting.removed(address);
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

  #find<V extends object>(
    view: ViewClass<V>,
    uuid: AddressOf<T>,
    within: Within,
  ): Promise<V | undefined> {
    const reader = this.#reader(view, Object.keys(within));
    const address = this.#address(uuid);
    return address === undefined ? Promise.resolve(undefined) : reader.find(address, within);
  }

  #reader<V extends object>(view: ViewClass<V>, parents: readonly string[]): ViewReader<V> {
    return this.#readers.of(this.#view(view), parents);
  }

  #addresses(uuids: readonly AddressOf<T>[]): string[] {
    return uuids.flatMap((uuid) => this.#address(uuid) ?? []);
  }

  async #fail(uuid: AddressOf<T>, within: Within, versions?: Versions): Promise<never> {
    const address = this.#address(uuid);
    if (address === undefined) throw problem('not_found');
    return this.#absence.fail(address, within, versions);
  }

  #view<V extends object>(view: ViewClass<V>): CompiledView<V> {
    const compiled = this.parts.views.get(view);
    if (compiled.entity === this.entity) return compiled;
    throw problem('setup_refused', {
      detail: `${compiled.name} is a view of ${compiled.entity.name}, not of ${this.entity.name}.`,
    });
  }
}
