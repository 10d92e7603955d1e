import { Check, Column, Index, JoinColumn, ManyToOne } from 'typeorm';
import { DualId } from '../../core/entity/dual-id.decorator.js';
import { DualIdEntity } from '../../core/entity/dual-id.entity.js';

/** The platform type of API keys; the application's own types are lower numbers. */
export const apiKeyType = 32_700;

/**
 * An API key: what is known of it, without its token. List it among the entities of the data source
 * to show keys in views of your own; only `ApiKeys` creates and changes them.
 */
@DualId({ schema: 'dual_id', table: 'api_keys', type: apiKeyType })
@Check('api_keys_hash_ck', 'octet_length(hash) = 32')
@Check(
  'api_keys_times_ck',
  'expires_at > created_at AND isfinite(expires_at) AND isfinite(grace_until)',
)
@Check('api_keys_origin_ck', '(pepper_version IS NULL) = (imported_from IS NOT NULL)')
@Check(
  'api_keys_rotation_ck',
  '(rotated_at IS NULL) = (grace_until IS NULL) AND (rotated_at IS NULL) = (replaced_by_id IS NULL)',
)
@Check(
  'api_keys_guest_ck',
  'principal_type IS NULL OR (principal_uuid IS NOT NULL AND expires_at IS NOT NULL)',
)
@Index('api_keys_imported_hash_uq', ['hash'], { unique: true, where: 'pepper_version IS NULL' })
@Index('api_keys_principal_uuid_ix', ['principalUuid', 'createdAt'])
@Index('api_keys_created_at_ix', ['createdAt'])
@Index('api_keys_replaced_by_id_uq', ['replacedBy'], { unique: true })
export class ApiKey extends DualIdEntity {
  @Column('text')
  name!: string;

  /** The beginning of the token, by which people recognize it. */
  @Column('text')
  start!: string;

  @Column({ type: 'bytea', select: false, insert: false, update: false })
  protected hash!: Buffer;

  /** The version of the pepper in its hash; null for an imported key. */
  @Column({ type: 'smallint', name: 'pepper_version', nullable: true })
  pepperVersion!: number | null;

  /** The name of the pattern that an imported key was declared under. */
  @Column({ type: 'text', name: 'imported_from', nullable: true })
  importedFrom!: string | null;

  @Column('text')
  environment!: string;

  @Column({ type: 'text', array: true })
  scopes!: string[];

  /** The public id of the person or service account that it acts for, or of a guest's row. */
  @Column({ type: 'uuid', name: 'principal_uuid', nullable: true })
  principalUuid!: string | null;

  /** The platform type of a guest's row; null if the principal is not a row but a person. */
  @Column({ type: 'smallint', name: 'principal_type', nullable: true })
  principalType!: number | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'rotated_at', nullable: true })
  rotatedAt!: Date | null;

  /** Until when a rotated key is still valid. */
  @Column({ type: 'timestamptz', name: 'grace_until', nullable: true })
  graceUntil!: Date | null;

  @ManyToOne(() => ApiKey)
  @JoinColumn({
    name: 'replaced_by_id',
    foreignKeyConstraintName: 'api_keys_replaced_by_id_fk',
  })
  replacedBy!: ApiKey | null;

  /** Accurate to about a minute. */
  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}
