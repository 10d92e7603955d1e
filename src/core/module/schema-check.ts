import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityMetadata } from 'typeorm';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { definitionOf } from '../definition/entity-definition.js';
import { problem } from '../errors/problem.js';
import { schemaRange } from '../schema/install.js';
import { misfit, readState } from '../schema/versioned-schema.js';

/**
 * Refuses to start on a schema that the code does not work with, or with entities that share a
 * platform type.
 */
@Injectable()
export class SchemaCheck implements OnModuleInit {
  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    this.#refuseSharedTypes();
    const [first] = await this.database.rows(firstLook);
    const [isInstalled, bigint, isGranted, role] = first!;
    refuseParsedBigint(bigint);
    if (isInstalled !== true) throw problem('schema_outdated');
    if (isGranted !== true) throw ungranted(role as string);
    const [row] = await this.database.rows(stateOfCore);
    const [version = 0, oldestCode = 0, isUnreleased = false] = row ?? [];
    const error = misfit(
      {
        version: Number(version),
        oldestCode: Number(oldestCode),
        isUnreleased: isUnreleased === true,
      },
      schemaRange,
    );
    if (error !== undefined) throw error;
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

/** From the catalog, readable even for a role without access to the schema. */
const firstLook = statement(
  `SELECT c.oid IS NOT NULL, 9007199254740993::bigint,
     has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'), current_user::text
   FROM (SELECT) one LEFT JOIN pg_namespace n ON n.nspname = 'dual_id'
   LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'schema_versions'`,
);
const stateOfCore = statement(readState);

/** A parser set on the driver itself does not appear in the data source's options. */
function refuseParsedBigint(value: unknown): void {
  if (typeof value === 'string') return;
  throw problem('setup_refused', {
    detail: `The PostgreSQL driver reads int8 as ${typeof value}, but ids are text; remove the parser set with types.setTypeParser(20, ...).`,
  });
}

function ungranted(role: string): Error {
  return problem('setup_refused', {
    detail: `The role ${role} may not read the schema dual_id; call grantDualId(runner, '${role}') as the owner of the schema.`,
  });
}
