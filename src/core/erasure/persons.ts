import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { EntityMetadata } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../definition/address.js';
import { definitionOf } from '../definition/entity-definition.js';
import { problem } from '../errors/problem.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { personalColumnsOf } from './personal-columns.js';

/** The people among some public ids. */
export interface FoundPersons {
  readonly uuids: readonly string[];
  /** Whether any of them has been erased. */
  readonly isAnyErased: boolean;
}

/** People outside the registry, who are looked up in their own table. */
interface Others {
  readonly table: string;
  readonly uuid: string;
  readonly held: Statement;
}

interface ErasableKind {
  readonly types: readonly number[];
  readonly others: readonly Others[];
}

/** Knows which entities are people: those with a `@Personal` property. */
@Injectable()
export class Persons {
  #kind: ErasableKind | undefined;

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
  ) {}

  /**
   * Finds the people among public ids and locks them, so that none is erased before the transaction
   * ends: it waits for an erasure in progress, and a later one sees what the transaction has
   * written about them.
   */
  async hold(uuids: readonly string[]): Promise<FoundPersons> {
    if (uuids.length === 0) return noPersons;
    const { types, others } = this.#kinds();
    const rows = [];
    if (types.length > 0) rows.push(...(await this.database.rows(enrolled, [uuids, types])));
    for (const { held } of others) rows.push(...(await this.database.rows(held, [uuids])));
    const found = rows.map(([uuid]) => uuid as string);
    const deleted = rows.flatMap(([uuid, isDeleted]) => (isDeleted === true ? [uuid] : []));
    if (deleted.length === 0) return { uuids: found, isAnyErased: false };
    const [first] = await this.database.rows(anyErased, [deleted]);
    return { uuids: found, isAnyErased: first !== undefined };
  }

  /** Refuses a role that could not lock people outside the registry. */
  async requireRights(): Promise<void> {
    const { others } = this.#kinds();
    const [row] = await this.database.rows(untouchable, [others.map(({ table }) => table)]);
    if (!row) return;
    const [place, role] = row as [number, string];
    const { table, uuid } = others[place]!;
    throw problem('setup_refused', {
      detail: `The role ${role} may not lock rows of ${table}, whose people kept answers may tell of, so that no erasure would wait for an answer. Run GRANT UPDATE (${uuid}) ON ${table} TO ${role}; public ids never change, so that it can change nothing by that.`,
    });
  }

  #kinds(): ErasableKind {
    return (this.#kind ??= erasableKindOf(this.dataSource.entityMetadatas));
  }
}

const noPersons: FoundPersons = { uuids: [], isAnyErased: false };

const enrolled = statement(
  'SELECT person, is_deleted FROM dual_id.hold_people($1::uuid[], $2::smallint[])',
  'write',
);
/** Locking a row requires the privilege to change one of its columns. */
const untouchable = statement(
  `SELECT asked.place::integer - 1, quote_ident(current_user)
   FROM unnest($1::text[]) WITH ORDINALITY AS asked (name, place)
   WHERE NOT has_any_column_privilege(to_regclass(asked.name), 'UPDATE') LIMIT 1`,
);
const anyErased = statement('SELECT FROM dual_id.erasures WHERE uuid = ANY ($1::uuid[]) LIMIT 1');

function erasableKindOf(entities: readonly EntityMetadata[]): ErasableKind {
  const persons = entities.filter((entity) => isErasable(entity));
  const typeOf = (entity: EntityMetadata) => definitionOf(entity.target as object)!.type;
  return {
    types: persons.flatMap((entity) => typeOf(entity) ?? []),
    others: persons.filter((entity) => typeOf(entity) === undefined).map(otherTable),
  };
}

function isErasable(entity: EntityMetadata): boolean {
  const kind = definitionOf(entity.target as object)?.kind;
  return kind !== undefined && kind !== 'reference' && personalColumnsOf(entity).length > 0;
}

function otherTable(entity: EntityMetadata): Others {
  const uuid = nameOf(addressColumn(entity)!);
  const table = tableOf(entity);
  const { deleteDateColumn } = entity;
  const deletedSql = deleteDateColumn ? `${nameOf(deleteDateColumn)} IS NOT NULL` : 'false';
  const held = statement(
    `SELECT ${uuid}, ${deletedSql} FROM ${table}
     WHERE ${uuid} = ANY ($1::uuid[]) ORDER BY ${uuid} FOR SHARE`,
  );
  return { table, uuid, held };
}
