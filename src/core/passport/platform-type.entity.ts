import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A kind of entity in the registry: 30 is user, 31 is group. Rows come from migrations. */
@Entity('platform_types', { schema: 'dual_id' })
@Unique('platform_types_name_uq', ['name'])
@Unique('platform_types_guid_uq', ['id', 'guid'])
export class PlatformType {
  @PrimaryColumn({ type: 'smallint', primaryKeyConstraintName: 'platform_types_pk' })
  id!: number;

  @Column('text')
  name!: string;

  /** True for entities whose only key is a UUID; their passports have no entity id. */
  @Column({ type: 'boolean', default: false })
  guid!: boolean;
}
