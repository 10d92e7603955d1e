import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { problem } from '../errors/problem.js';
import { schemaVersion } from '../schema/install.js';

/** Refuses to start on a schema of another version, and on entities that share a platform type. */
@Injectable()
export class SchemaCheck implements OnModuleInit {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    this.#refuseSharedTypes();
    const [table] = await this.database.rows(
      statement(`SELECT to_regclass('dual_id.schema_versions') IS NOT NULL`),
    );
    if (table?.[0] !== true) throw problem('schema_outdated');
    const [row] = await this.database.rows(
      statement(`SELECT version FROM dual_id.schema_versions WHERE component = 'core'`),
    );
    const version = Number(row?.[0] ?? 0);
    if (version < schemaVersion) throw problem('schema_outdated');
    if (version > schemaVersion) throw problem('schema_newer');
  }

  #refuseSharedTypes(): void {
    const owners = new Map<number, string>();
    for (const { name, target } of this.dataSource.entityMetadatas) {
      const type = definitionOf(target as object)?.type;
      if (type === undefined) continue;
      const other = owners.get(type);
      if (other !== undefined) {
        throw problem('setup_refused', {
          detail: `${other} and ${name} both have the platform type ${type}; give one of them another number.`,
        });
      }
      owners.set(type, name);
    }
  }
}
