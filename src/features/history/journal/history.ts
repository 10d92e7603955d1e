import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../../../core/database/data-source.provider.js';
import { requireUnrestricted } from '../../../core/access/access-context.js';
import { problem } from '../../../core/errors/problem.js';
import type { Page } from '../../../core/page/page.js';
import { addressReaderOf } from '../../../core/reading/addresses.js';
import { Repositories } from '../../../core/repository/repositories.js';
import { junctionOf } from '../../../core/view/junction.js';
import { ViewRegistry } from '../../../core/view/view-registry.js';
import type { ViewClass } from '../../../core/view/view-spec.js';
import type { Activity } from './activity.js';
import { readActivity } from './activity.js';
import type { PlaceInHistory } from './as-of.js';
import { readStateAt } from './as-of.js';
import type { Difference } from './difference.js';
import { differenceOf } from './difference.js';
import type { HistoryRequest } from './history-request.js';
import { requireActor } from './history-request.js';
import { JournalParts } from './journal-parts.js';
import type { LinkVersion } from './link-history.js';
import { readLinks } from './link-history.js';
import type { Moment } from './moment.js';
import { endOf } from './moment.js';
import { OwnHistories, requireOwnSide } from './own-histories.js';
import { ownerOf } from './record.js';
import type { RecordedView } from './recorded-view.js';
import { recordedView } from './recorded-view.js';
import type { RevertOptions } from './revert.js';
import { revertTo } from './revert.js';
import type { StateAt, Version } from './version.js';
import { isDetail, readVersions } from './version-page.js';
import { openVersion } from './version-seal.js';

/**
 * Reads what `addHistory` logged, in the shape of views: what an entity was, who changed it, and
 * when. A view of a history has columns and references only. Work that is restricted to an owner
 * reads the histories of the owner's rows and of those that belong to nobody.
 */
@Injectable()
export class History {
  readonly #views = new Map<ViewClass, RecordedView>();
  readonly #own: OwnHistories;

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(ViewRegistry) private readonly views: ViewRegistry,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(JournalParts) private readonly parts: JournalParts,
  ) {
    this.#own = new OwnHistories(repositories);
  }

  /**
   * Returns one page of the changes of an entity, the newest first, each with the state it led to.
   * For rows without a public id, such as the lines of an order, `uuid` is that of the order.
   */
  async of<V extends object>(
    view: ViewClass<V>,
    uuid: string,
    request: HistoryRequest = {},
  ): Promise<Page<Version<V>>> {
    const recorded = this.recorded(view);
    const address = addressIn(recorded, uuid);
    return this.#own.read(recorded.entity, address, () =>
      readVersions(this.parts, recorded, address, request),
    );
  }

  /** Returns what an entity was at a time; `not_found` for a public id that never was one. */
  async asOf<V extends object>(
    view: ViewClass<V>,
    uuid: string,
    moment: Moment,
  ): Promise<StateAt<V>> {
    const recorded = this.#ofOneRow(view);
    const address = addressIn(recorded, uuid);
    const place = { until: endOf(moment) };
    return this.#own.read(recorded.entity, address, () =>
      readStateAt(this.parts, recorded, address, place),
    );
  }

  /** Returns the properties that differ between two times. */
  async diff<V extends object>(
    view: ViewClass<V>,
    uuid: string,
    from: Moment,
    to: Moment,
  ): Promise<Difference<V>> {
    const [before, after] = await Promise.all([
      this.asOf(view, uuid, from),
      this.asOf(view, uuid, to),
    ]);
    return differenceOf(before, after);
  }

  /**
   * Writes back what the properties of the view were at a time, or after the change that a
   * `version` names, and returns the new view. It is a change like any other and can be reverted.
   */
  async revert<V extends object>(
    view: ViewClass<V>,
    uuid: string,
    to: Date | { readonly version: string },
    options: RevertOptions = {},
  ): Promise<V> {
    const recorded = this.#ofOneRow(view);
    const place: PlaceInHistory =
      to instanceof Date
        ? { until: endOf(to) }
        : { number: openVersion(this.parts.cipher, to.version).id };
    const address = addressIn(recorded, uuid);
    // The row is locked by a statement that does not ask whose it is.
    await this.#own.require(recorded.entity, address);
    const repository = this.repositories.ofView(view);
    return revertTo(this.parts, { ...options, view: recorded, repository, address, place });
  }

  /**
   * Returns one page of what somebody changed in the entities of these views, the newest first;
   * null asks for the changes of raw SQL. It is not for restricted work.
   */
  async byActor(
    actorUuid: string | null,
    views: readonly ViewClass[],
    request: HistoryRequest = {},
  ): Promise<Page<Activity>> {
    requireUnrestricted('History.byActor');
    requireActor(actorUuid);
    return readActivity(this.parts, this.#all(views), { actor: actorUuid }, request);
  }

  /**
   * Returns one page of everything that was changed together with a version. It is not for
   * restricted work.
   */
  async byTransaction(
    version: string,
    views: readonly ViewClass[],
    request: HistoryRequest = {},
  ): Promise<Page<Activity>> {
    requireUnrestricted('History.byTransaction');
    const { transaction } = openVersion(this.parts.cipher, version);
    return readActivity(this.parts, this.#all(views), { transaction }, request);
  }

  /** Returns one page of who changed the links of a `@ManyToMany` relation, and when. */
  async links(
    entity: abstract new (...args: never[]) => object,
    relation: string,
    uuid: string,
    request: HistoryRequest = {},
  ): Promise<Page<LinkVersion>> {
    const metadata = this.dataSource.getMetadata(entity);
    const junction = junctionOf(metadata, relation, 'The history of links');
    requireOwnSide(metadata, junction.target);
    const address = addressReaderOf(metadata)(uuid);
    if (address === undefined) throw problem('not_found');
    return this.#own.read(metadata, address, () =>
      readLinks(this.parts, metadata, junction, { ...request, address }),
    );
  }

  /** Compiles a view for reading its history; errors name what the log cannot tell. */
  recorded<V extends object>(view: ViewClass<V>): RecordedView<V> {
    const known = this.#views.get(view) as RecordedView<V> | undefined;
    if (known) return known;
    const recorded = recordedView(this.views.get(view));
    ownerOf(recorded.entity);
    this.#views.set(view, recorded as RecordedView);
    return recorded;
  }

  #all(views: readonly ViewClass[]): RecordedView[] {
    return views.map((view) => this.recorded(view));
  }

  #ofOneRow<V extends object>(view: ViewClass<V>): RecordedView<V> {
    const recorded = this.recorded(view);
    if (!isDetail(recorded)) return recorded;
    throw problem('misuse', {
      detail: `${view.name} is a view of rows without a public id; History.of returns all changes of those that belong to one entity.`,
    });
  }
}

function addressIn({ entity }: RecordedView, uuid: string): string {
  const address = addressReaderOf(ownerOf(entity))(uuid);
  if (address === undefined) throw problem('not_found');
  return address;
}
