import { Check, Column, JoinTable, ManyToMany, Unique } from 'typeorm';
import { GuidId } from '../../../core/entity/dual-id.decorator.js';
import { GuidEntity } from '../../../core/entity/dual-id.entity.js';
import { joinTable } from './join-tables.js';
import { nameCheck } from './names.js';
import { Permission } from './permission.entity.js';
import { identityTypes } from './platform-types.js';

/**
 * Permissions that belong together. List it among the entities of the data source to show roles in
 * views of your own; only `Identity` creates, fills and removes them.
 */
@GuidId({ schema: 'dual_id', table: 'roles', type: identityTypes.role.id, named: ['name'] })
@Unique('roles_name_uq', ['name'])
@Check('roles_name_ck', nameCheck)
export class Role extends GuidEntity {
  @Column('text') name!: string;

  @Column({ type: 'text', default: '' }) description!: string;

  /** Whether whoever holds it owns the application: the last owner cannot be removed. */
  @Column({ type: 'boolean', default: false }) owner!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;

  @ManyToMany(() => Permission)
  @JoinTable(joinTable('role_permissions'))
  permissions!: Permission[];
}
