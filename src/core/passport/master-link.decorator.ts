import { Column, ForeignKey, Index, Unique } from 'typeorm';
import { Passport } from './passport.entity.js';
import { relationNameOf } from '../ids/id-names.js';

/** How the table of a link is created. */
export interface MasterLinkOptions {
  /**
   * The table is partitioned: the registry instead of its indexes limits a passport to one row, as
   * created by `addMasterLink` with the same option. Default false.
   */
  readonly partitioned?: boolean;
}

/**
 * The property is the public id of the passport that a service's row belongs to, as created by
 * `addMasterLink`. A create names the passport by it, a view shows it; its internal half,
 * `master_id`, belongs to the database. The link cannot be changed.
 *
 * @example
 * `@MasterLink() masterUuid!: PublicId<Passport>`
 */
export function MasterLink({ partitioned = false }: MasterLinkOptions = {}): PropertyDecorator {
  return (prototype, key) => {
    const property = String(key);
    const internal = `${relationNameOf(property) ?? property}Id`;
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
