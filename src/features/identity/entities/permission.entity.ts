import { Check, Column, Unique } from 'typeorm';
import { GuidId } from '../../../core/entity/dual-id.decorator.js';
import { GuidEntity } from '../../../core/entity/dual-id.entity.js';
import { permissionNameCheck } from './names.js';
import { identityTypes } from './platform-types.js';

/**
 * Something that may be done, such as `orders:read`. List it among the entities of the data source
 * to show permissions in views of your own; only `Identity` creates and removes them.
 */
@GuidId({
  schema: 'dual_id',
  table: 'permissions',
  type: identityTypes.permission.id,
  named: ['name'],
})
@Unique('permissions_name_uq', ['name'])
@Check('permissions_name_ck', permissionNameCheck)
export class Permission extends GuidEntity {
  @Column('text') name!: string;

  @Column({ type: 'text', default: '' }) description!: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
