import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** What happens to a record that others refer to: it stays, or it becomes a tombstone. */
export type DeletePolicy = 'restrict' | 'tombstone';

/** A kind of entity in the registry: 30 is user, 31 is group. Rows come from migrations. */
@Entity('platform_types', { schema: 'dual_id' })
@Unique('platform_types_name_uq', ['name'])
@Unique('platform_types_guid_uq', ['id', 'guid'])
@Check('platform_types_record_ck', 'guid OR NOT record')
@Check('platform_types_delete_policy_ck', `delete_policy IN ('restrict', 'tombstone')`)
export class PlatformType {
  @PrimaryColumn({ type: 'smallint', primaryKeyConstraintName: 'platform_types_pk' })
  id!: number;

  @Column('text')
  name!: string;

  /** Whether the only key of these entities is a UUID; their passports have no entity id. */
  @Column({ type: 'boolean', default: false })
  guid!: boolean;

  /** Whether these are records, which the registry itself creates; no table is enrolled. */
  @Column({ type: 'boolean', default: false })
  record!: boolean;

  /** Whether no two living records of the kind may share a name. */
  @Column({ type: 'boolean', name: 'unique_names', default: false })
  uniqueNames!: boolean;

  @Column({ type: 'text', name: 'delete_policy', default: 'tombstone' })
  deletePolicy!: DeletePolicy;
}
