import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { completeOptions, define } from '../definition/entity-definition.js';
import type { InternalId, PublicId } from '../ids/ids.js';
import { PlatformType } from './platform-type.entity.js';

/** The lifecycle status of an entity. It is independent of the entity's own business status. */
export type PassportStatus = 'active' | 'archived' | 'deleted';

/** The registry's row for one entity. Triggers write it; a deleted entity's passport stays. */
@Entity('passports', { schema: 'dual_id' })
@Unique('passports_uuid_uq', ['uuid'])
@Unique('passports_entity_uq', ['platformTypeId', 'entityId', 'uuid'])
@Index('passports_id_uuid_uq', { synchronize: false })
@Index('passports_natural_key_uq', ['platformTypeId', 'naturalKey'], {
  unique: true,
  where: 'natural_key IS NOT NULL',
})
@Index('passports_created_at_ix', ['status', 'createdAt', 'id'])
@Index('passports_type_created_at_ix', ['platformTypeId', 'status', 'createdAt', 'id'])
@Index('passports_search_key_ix', ['status', 'searchKey', 'id'], {
  where: 'search_key IS NOT NULL',
})
@Index('passports_type_search_key_ix', ['platformTypeId', 'status', 'searchKey', 'id'], {
  where: 'search_key IS NOT NULL',
})
@Index('passports_words_ix', { synchronize: false })
@Index('passports_trigrams_ix', { synchronize: false })
@Check('passports_status_ck', `status IN ('active', 'archived', 'deleted')`)
@Check('passports_guid_ck', `guid = (entity_id IS NULL)`)
@Check('passports_deleted_ck', `(status = 'deleted') = (deleted_at IS NOT NULL)`)
@ForeignKey(() => PlatformType, ['platformTypeId', 'guid'], ['id', 'guid'], {
  name: 'passports_platform_type_fk',
})
export class Passport {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'passports_pk',
  })
  id!: InternalId<Passport>;

  @Column('uuid')
  uuid!: PublicId<Passport>;

  @Column({ type: 'smallint', name: 'platform_type_id' })
  platformTypeId!: number;

  @Column({ type: 'boolean', default: false })
  guid!: boolean;

  @Column({ type: 'bigint', name: 'entity_id', nullable: true })
  entityId!: string | null;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** Free text about the entity; it is not searched. */
  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** The name of a record whose kind has unique names; null for everything else. */
  @Column({ type: 'text', name: 'natural_key', collation: 'C', nullable: true })
  naturalKey!: string | null;

  /** The name in the form that the search compares; a trigger writes it. */
  @Column({
    type: 'text',
    name: 'search_key',
    collation: 'C',
    nullable: true,
    insert: false,
    update: false,
  })
  searchKey!: string | null;

  /** The words of the search key; a trigger writes them, and only the search reads them. */
  @Column({
    type: 'tsvector',
    name: 'search_words',
    nullable: true,
    select: false,
    insert: false,
    update: false,
  })
  searchWords!: string | null;

  @Column({ type: 'text', default: 'active' })
  status!: PassportStatus;

  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}

// Like every entity, the registry itself is addressed by public id, of whatever version.
define(
  Passport,
  completeOptions('dual', {
    table: 'passports',
    schema: 'dual_id',
    acceptUuidVersions: [1, 2, 3, 4, 5, 6, 7, 8],
  }),
);

/** The public id of an entity of any type. */
export type PassportUuid = PublicId<Passport>;
