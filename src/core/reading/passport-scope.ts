import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityMetadata } from 'typeorm';
import { currentOwnerEntity } from '../access/access-context.js';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { Database } from '../database/database.js';
import { addressColumn } from '../definition/address.js';
import { definitionOf } from '../definition/entity-definition.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { ownAlias, ownedSql } from './owned-sql.js';
import { ownershipOf, ownershipWithin } from './ownership.js';
import type { WriteScoped } from './scoped-statement.js';
import { ScopedStatement } from './scoped-statement.js';

/**
 * Which passports exist for work that is restricted to an owner: those of the owner's rows, also of
 * softly deleted ones, of rows that belong to nobody, and of records. Those of types that the
 * application does not map do not, and neither do those of the library's own rows.
 */
@Injectable()
export class PassportScope {
  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
  ) {}

  /** A statement for which, in restricted work, other passports do not exist. */
  statement(text: WriteScoped): ScopedStatement {
    return new ScopedStatement(this.database, text, (passport, owner) =>
      this.#exists(passport, owner),
    );
  }

  #exists(passport: string, owner: string): string {
    const cases = new Map<number, string>();
    for (const entity of this.dataSource.entityMetadatas) {
      const type = definitionOf(entity.target)?.type;
      if (type !== undefined) cases.set(type, existsSql(entity, passport, owner));
    }
    const isRecord = `coalesce((SELECT k.record FROM dual_id.platform_types k
      WHERE k.id = ${passport}.platform_type_id), false)`;
    if (cases.size === 0) return isRecord;
    const known = [...cases].map(([type, sql]) => `WHEN ${type} THEN ${sql}`).join(' ');
    return `CASE ${passport}.platform_type_id ${known} ELSE ${isRecord} END`;
  }
}

/** A subquery for one value, because one for existence may be planned to read the whole table. */
function existsSql(entity: EntityMetadata, passport: string, owner: string): string {
  if (definitionOf(entity.target)!.schema === 'dual_id') return 'false';
  const owners = currentOwnerEntity();
  const ownership = owners ? ownershipWithin(entity, owners) : ownershipOf(entity);
  if (!ownership) return 'true';
  const isAt = `${ownAlias}.${nameOf(addressColumn(entity)!)} = ${passport}.uuid`;
  return `coalesce((SELECT true FROM ${tableOf(entity)} ${ownAlias}
    WHERE ${isAt} AND ${ownedSql(ownership, owner)} LIMIT 1), false)`;
}
