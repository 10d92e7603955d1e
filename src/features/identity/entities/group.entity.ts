import { Check, Column, JoinTable, ManyToMany, Unique } from 'typeorm';
import { GuidId } from '../../../core/entity/dual-id.decorator.js';
import { GuidEntity } from '../../../core/entity/dual-id.entity.js';
import { joinTable } from './join-tables.js';
import { nameCheck } from './names.js';
import { identityTypes } from './platform-types.js';
import { Role } from './role.entity.js';

/**
 * Principals who have the same roles. List it among the entities of the data source to show groups
 * in views of your own; only `Identity` creates, fills and removes them.
 */
@GuidId({ schema: 'dual_id', table: 'groups', type: identityTypes.group.id, named: ['name'] })
@Unique('groups_name_uq', ['name'])
@Check('groups_name_ck', nameCheck)
export class Group extends GuidEntity {
  @Column('text') name!: string;

  @Column({ type: 'text', default: '' }) description!: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;

  @ManyToMany(() => Role)
  @JoinTable(joinTable('group_roles'))
  roles!: Role[];
}
