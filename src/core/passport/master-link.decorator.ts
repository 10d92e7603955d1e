import { Column, ForeignKey, Index, Unique } from 'typeorm';
import { Passport } from './passport.entity.js';

/** How the table of a link is made. */
export interface MasterLinkOptions {
  /**
   * The table is partitioned: not its indexes but the registry holds a passport to one row, as
   * `addMasterLink` with the same option makes it. Default false.
   */
  readonly partitioned?: boolean;
}

/**
 * The property is the public id of the passport a row of a service belongs to, as `addMasterLink`
 * makes it. A create names the passport by it, a view shows it; its internal half, `master_id`,
 * is the database's own. The link never changes.
 *
 * @example
 * `@MasterLink() masterUuid!: PublicId<Passport>`
 */
export function MasterLink({ partitioned = false }: MasterLinkOptions = {}): PropertyDecorator {
  return (prototype, key) => {
    const property = String(key);
    const internal = property.replace(/Uuid$/, 'Id');
    Column({ type: 'uuid', name: 'master_uuid', update: false })(prototype, property);
    Column({
      type: 'bigint',
      name: 'master_id',
      select: false,
      insert: false,
      update: false,
    })(prototype, internal);
    const target = prototype.constructor;
    if (partitioned) Index([internal, property])(target);
    else for (const half of [internal, property]) Unique([half])(target);
    ForeignKey(() => Passport, [internal, property], ['id', 'uuid'])(target);
  };
}
