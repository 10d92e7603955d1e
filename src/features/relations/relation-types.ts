import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import type { Direction, EdgeFilter } from './relation.js';

/** A type of relation as the database has it. */
export interface KnownType {
  readonly id: number;
  readonly name: string;
  readonly inverse: string | null;
  readonly acyclic: boolean;
  readonly undirected: boolean;
}

/** What a name means: a type, read forwards or backwards. */
export interface Reading {
  readonly type: KnownType;
  readonly isBackwards: boolean;
}

/** The types an edge may have when it is followed from its first end, and from its second. */
export interface Legs {
  readonly out: readonly number[];
  readonly in: readonly number[];
}

/** How often an unknown name makes the types be read again, in milliseconds. */
const reloadAfter = 1_000;

/** Knows the types of relations. They are data that migrations write, so they are read once. */
@Injectable()
export class RelationTypes {
  #types: readonly KnownType[] = [];
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(@Inject(Database) private readonly database: Database) {}

  /** Every type, in the order of their numbers. */
  async all(): Promise<readonly KnownType[]> {
    if (this.#types.length === 0) await this.#load();
    return this.#types;
  }

  /** What a name or an inverse means, or undefined when it is none. */
  async reading(name: string): Promise<Reading | undefined> {
    const known = find(await this.all(), name);
    if (known || performance.now() - this.#loadedAt < reloadAfter) return known;
    await this.#load();
    return find(this.#types, name);
  }

  /** The names of types that edges refer to. */
  async names(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const isKnown = (id: number) => this.#types.some((type) => type.id === id);
    if (!ids.every(isKnown)) await this.#load();
    return new Map(this.#types.map(({ id, name }) => [id, name]));
  }

  /** Which edges a filter follows; undefined when it names no type. */
  async legs({ relation, direction = 'both' }: EdgeFilter): Promise<Legs | undefined> {
    if (relation === undefined) return legsOf(await this.all(), direction);
    const reading = await this.reading(relation);
    return reading && legsOf([reading.type], reading.isBackwards ? turned[direction] : direction);
  }

  async #load(): Promise<void> {
    const rows = await this.database.rows(every);
    this.#loadedAt = performance.now();
    this.#types = rows.map((row) => {
      const [id, name, inverse, acyclic, undirected] = row as [
        number,
        string,
        string | null,
        boolean,
        boolean,
      ];
      return { id, name, inverse, acyclic, undirected };
    });
  }
}

const every = statement(
  'SELECT id, name, inverse, acyclic, undirected FROM dual_id.relation_types ORDER BY id',
);

const turned: Readonly<Record<Direction, Direction>> = { out: 'in', in: 'out', both: 'both' };

function find(types: readonly KnownType[], name: string): Reading | undefined {
  const type = types.find((one) => one.name === name || one.inverse === name);
  return type && { type, isBackwards: type.name !== name };
}

/** An undirected edge may be kept either way round, so it is followed from both ends. */
function legsOf(types: readonly KnownType[], direction: Direction): Legs {
  const undirected = types.filter((type) => type.undirected);
  const ids = (chosen: readonly KnownType[]) => chosen.map(({ id }) => id);
  return {
    out: ids(direction === 'in' ? undirected : types),
    in: ids(direction === 'out' ? undirected : types),
  };
}
