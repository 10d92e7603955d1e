import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The version of each part of the library's schema; compared with the code at boot. */
@Entity('schema_versions', { schema: 'dual_id' })
export class SchemaVersion {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'schema_versions_pk' })
  component!: string;

  @Column('integer')
  version!: number;
}
