import { addDualId, addMasterLink, DualId, DualIdEntity, MasterLink } from 'nest-dual-id';
import type { Passport, PublicId } from 'nest-dual-id';
import { enrollRows } from 'nest-dual-id/registry';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Column } from 'typeorm';

@DualId({ table: 'campaigns', type: 71, named: ['title'] })
export class Campaign extends DualIdEntity {
  @MasterLink() masterUuid!: PublicId<Passport>;
  @Column('text') title!: string;
}

const row = { id: 71, name: 'campaign row' };

export class EnrollCampaigns1780000200000 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await enrollRows(runner, { table: 'campaigns', type: 'campaign', namedBy: ['title'] });
  }

  async down(): Promise<void> {
    throw new Error('Records are never removed; their rows keep them.');
  }
}

export class LinkCampaigns1780000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // One key of both columns replaces those of each.
    await runner.query('ALTER TABLE campaigns DROP CONSTRAINT campaigns_master_id_fkey');
    await runner.query('ALTER TABLE campaigns DROP CONSTRAINT campaigns_master_uuid_fk');
    // Unique ones come with the link.
    await runner.query('DROP INDEX campaigns_master_id_ix, campaigns_master_uuid_ix');
    await addDualId(runner, { table: 'campaigns', type: row, namedBy: ['title'] });
    await addMasterLink(runner, { table: 'campaigns' });
  }

  async down(): Promise<void> {
    throw new Error('A link stays as long as its rows.');
  }
}
