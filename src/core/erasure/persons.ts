import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { EntityMetadata } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../entity/address.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { problem } from '../errors/problem.js';
import { nameOf, tableOf } from '../view/select.js';
import { personalColumnsOf } from './personal-columns.js';

/** The people among some public ids. */
export interface FoundPersons {
  readonly uuids: readonly string[];
  /** Some of them have been erased. */
  readonly isAnyErased: boolean;
}

/** People outside of the registry, who are asked for at their own table. */
interface Others {
  readonly table: string;
  readonly uuid: string;
  readonly held: Statement;
}

interface Kind {
  readonly types: readonly number[];
  readonly others: readonly Others[];
}

/** Knows which entities are people: those with a property that has `@Personal`. */
@Injectable()
export class Persons {
  #kind: Kind | undefined;

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
  ) {}

  /**
   * Finds the people among public ids and holds them, so that none is erased before the
   * transaction ends: an erasure under way is waited for, and one that comes later sees what the
   * transaction has written of them.
   */
  async hold(uuids: readonly string[]): Promise<FoundPersons> {
    if (uuids.length === 0) return nobody;
    const { types, others } = this.#kinds();
    const rows = [];
    if (types.length > 0) rows.push(...(await this.database.rows(enrolled, [uuids, types])));
    for (const { held } of others) rows.push(...(await this.database.rows(held, [uuids])));
    const found = rows.map(([uuid]) => uuid as string);
    const deleted = rows.flatMap(([uuid, isDeleted]) => (isDeleted === true ? [uuid] : []));
    if (deleted.length === 0) return { uuids: found, isAnyErased: false };
    const [first] = await this.database.rows(erased, [deleted]);
    return { uuids: found, isAnyErased: first !== undefined };
  }

  /** Refuses a role that could not hold people outside of the registry. */
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

  #kinds(): Kind {
    return (this.#kind ??= kindOf(this.dataSource.entityMetadatas));
  }
}

const nobody: FoundPersons = { uuids: [], isAnyErased: false };

const enrolled = statement(
  'SELECT person, is_deleted FROM dual_id.hold_people($1::uuid[], $2::smallint[])',
  'write',
);
/** To lock a row takes the right to change one of its columns. */
const untouchable = statement(
  `SELECT asked.place::integer - 1, quote_ident(current_user)
   FROM unnest($1::text[]) WITH ORDINALITY AS asked (name, place)
   WHERE NOT has_any_column_privilege(to_regclass(asked.name), 'UPDATE') LIMIT 1`,
);
const erased = statement('SELECT FROM dual_id.erasures WHERE uuid = ANY ($1::uuid[]) LIMIT 1');

function kindOf(entities: readonly EntityMetadata[]): Kind {
  const persons = entities.filter((entity) => isErasable(entity));
  const typeOf = (entity: EntityMetadata) => definitionOf(entity.target as object)!.type;
  return {
    types: persons.flatMap((entity) => typeOf(entity) ?? []),
    others: persons.filter((entity) => typeOf(entity) === undefined).map(outside),
  };
}

function isErasable(entity: EntityMetadata): boolean {
  const kind = definitionOf(entity.target as object)?.kind;
  return kind !== undefined && kind !== 'reference' && personalColumnsOf(entity).length > 0;
}

function outside(entity: EntityMetadata): Others {
  const uuid = nameOf(addressColumn(entity)!);
  const table = tableOf(entity);
  const { deleteDateColumn } = entity;
  const isDeleted = deleteDateColumn ? `${nameOf(deleteDateColumn)} IS NOT NULL` : 'false';
  const held = statement(
    `SELECT ${uuid}, ${isDeleted} FROM ${table}
     WHERE ${uuid} = ANY ($1::uuid[]) ORDER BY ${uuid} FOR SHARE`,
  );
  return { table, uuid, held };
}
