import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import type { Direction, EdgeFilter } from './relation.js';

/** A type of relation as stored in the database. */
export interface KnownRelationType {
  readonly id: number;
  readonly name: string;
  readonly inverse: string | null;
  readonly acyclic: boolean;
  readonly undirected: boolean;
}

/** What a name means: a type, read forwards or backwards. */
export interface NamedDirection {
  readonly type: KnownRelationType;
  readonly isBackwards: boolean;
}

/** The types an edge may have when followed from its first end, and from its second. */
export interface EdgeTypes {
  readonly out: readonly number[];
  readonly in: readonly number[];
}

/** The minimum number of milliseconds between two reads of the types for unknown names. */
const reloadAfter = 1_000;

/** Knows the types of relations. They are data written by migrations, so they are read once. */
@Injectable()
export class RelationTypes {
  #types: readonly KnownRelationType[] = [];
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(@Inject(Database) private readonly database: Database) {}

  /** Every type, by number. */
  async all(): Promise<readonly KnownRelationType[]> {
    if (this.#types.length === 0) await this.#load();
    return this.#types;
  }

  /** What a name or an inverse means, or undefined if it is unknown. */
  async reading(name: string): Promise<NamedDirection | undefined> {
    const known = findReading(await this.all(), name);
    if (known || performance.now() - this.#loadedAt < reloadAfter) return known;
    await this.#load();
    return findReading(this.#types, name);
  }

  /** The names of the types that edges refer to. */
  async names(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const isKnown = (id: number) => this.#types.some((type) => type.id === id);
    if (!ids.every(isKnown)) await this.#load();
    return new Map(this.#types.map(({ id, name }) => [id, name]));
  }

  /** Which edges a filter follows; undefined if it names an unknown type. */
  async legs({ relation, direction = 'both' }: EdgeFilter): Promise<EdgeTypes | undefined> {
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

function findReading(
  types: readonly KnownRelationType[],
  name: string,
): NamedDirection | undefined {
  const type = types.find((one) => one.name === name || one.inverse === name);
  return type && { type, isBackwards: type.name !== name };
}

/** An undirected edge may be stored either way round, so it is followed from both ends. */
function legsOf(types: readonly KnownRelationType[], direction: Direction): EdgeTypes {
  const undirected = types.filter((type) => type.undirected);
  const ids = (chosen: readonly KnownRelationType[]) => chosen.map(({ id }) => id);
  return {
    out: ids(direction === 'in' ? undirected : types),
    in: ids(direction === 'out' ? undirected : types),
  };
}
