import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityMetadata } from 'typeorm';
import { DataSource } from 'typeorm';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { problem } from '../errors/problem.js';
import { schemaRange } from '../schema/install.js';
import { misfit, readState } from '../schema/versioned-schema.js';

/** Refuses to start on a schema that the code does not work with, and on entities that share a platform type. */
@Injectable()
export class SchemaCheck implements OnModuleInit {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    this.#refuseSharedTypes();
    const [first] = await this.database.rows(firstLook);
    const [isInstalled, bigint] = first!;
    refuseParsedBigint(bigint);
    if (isInstalled !== true) throw problem('schema_outdated');
    const [row] = await this.database.rows(stateOfCore);
    const [version = 0, oldestCode = 0] = row ?? [];
    const state = { version: Number(version), oldestCode: Number(oldestCode) };
    const code = misfit(state, schemaRange);
    if (code !== undefined) throw problem(code);
  }

  #refuseSharedTypes(): void {
    const owners = new Map<number, EntityMetadata>();
    for (const entity of this.dataSource.entityMetadatas) {
      const type = definitionOf(entity.target as object)?.type;
      if (type === undefined) continue;
      const other = owners.get(type) ?? entity;
      // Entities of one table, which inherit from each other, are one kind.
      if (other.tablePath !== entity.tablePath) {
        throw problem('setup_refused', {
          detail: `${other.name} and ${entity.name} both have the platform type ${type}; give one of them another number.`,
        });
      }
      owners.set(type, entity);
    }
  }
}

const firstLook = statement(
  `SELECT to_regclass('dual_id.schema_versions') IS NOT NULL, 9007199254740993::bigint`,
);
const stateOfCore = statement(readState);

/** A parser set on the driver itself shows in no option of the data source. */
function refuseParsedBigint(value: unknown): void {
  if (typeof value === 'string') return;
  throw problem('setup_refused', {
    detail: `The PostgreSQL driver reads int8 as ${typeof value}, but ids are text; take away the parser set with types.setTypeParser(20, ...).`,
  });
}
