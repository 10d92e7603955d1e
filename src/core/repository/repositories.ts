import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { Database } from '../database/database.js';
import type { Addressable } from '../definition/address.js';
import { addressColumn } from '../definition/address.js';
import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';
import { CursorCipher } from '../page/cursor.js';
import { PageReader } from '../page/page-reader.js';
import type { Page, PageRequest } from '../page/page.js';
import { ViewRegistry } from '../view/view-registry.js';
import type { ViewClass } from '../view/view-spec.js';
import { DualIdRepository } from './dual-id-repository.js';
import type { ResolverCache } from './public-id-resolver.js';

const defaultResolverCache: ResolverCache = { size: 100_000, milliseconds: 5_000 };

/** The repositories of one application, one for each entity. */
@Injectable()
export class Repositories {
  readonly #repositories = new Map<unknown, DualIdRepository<never>>();
  /** Rows with neither a public id nor a slug, and so without a repository. */
  readonly #pages = new Map<ViewClass, PageReader<object>>();
  readonly #cursors: CursorCipher;

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
    @Inject(ViewRegistry) private readonly views: ViewRegistry,
    @Inject(DUAL_ID_OPTIONS) private readonly options: DualIdModuleOptions,
  ) {
    this.#cursors = new CursorCipher(options.secret);
  }

  /** Returns the repository of an entity class. */
  of<T extends Addressable>(entity: abstract new (...args: never[]) => T): DualIdRepository<T> {
    const known = this.#repositories.get(entity);
    if (known) return known as unknown as DualIdRepository<T>;
    const repository = this.#make<T>(entity);
    this.#repositories.set(entity, repository as never);
    return repository;
  }

  /** Returns the repository of a view's entity. */
  ofView(view: ViewClass): DualIdRepository<Addressable> {
    return this.of(this.views.get(view).entity.target as new () => Addressable);
  }

  /**
   * Returns one page of views by keyset, such as the lines of an order: their entity needs neither
   * a public id nor a slug of its own.
   */
  async page<V extends object>(view: ViewClass<V>, request: PageRequest): Promise<Page<V>> {
    return this.pagesOf(view).read(request);
  }

  /** Returns the page reader of a view, with its filters, sorts and search. */
  pagesOf<V extends object>(view: ViewClass<V>): PageReader<V> {
    const compiled = this.views.get(view);
    if (addressColumn(compiled.entity)) return this.ofView(view).pagesOf(view);
    const known = this.#pages.get(view);
    if (known) return known as PageReader<V>;
    const reader = new PageReader(this.database, this.#cursors, compiled);
    this.#pages.set(view, reader as PageReader<object>);
    return reader;
  }

  #make<T extends Addressable>(entity: abstract new (...args: never[]) => T): DualIdRepository<T> {
    const { dataSource, database, views, options } = this;
    if (!dataSource.hasMetadata(entity) || !addressColumn(dataSource.getMetadata(entity))) {
      throw problem('setup_refused', {
        detail: `${entity.name} has no repository: it is not among the entities of the data source, or has no @DualId, @GuidId or @ReferenceId.`,
      });
    }
    return new DualIdRepository<T>(dataSource.getMetadata(entity), {
      database,
      dataSource,
      views,
      cursors: this.#cursors,
      resolverCache: {
        size: options.resolverCacheSize ?? defaultResolverCache.size,
        milliseconds: options.resolverCacheMilliseconds ?? defaultResolverCache.milliseconds,
      },
      forgetOthers: (entities) => {
        for (const { target } of entities) this.#repositories.get(target)?.forgetAll();
      },
    });
  }
}
