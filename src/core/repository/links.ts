import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import type { AddressOf, Addressable } from '../definition/address.js';
import type { Versions } from '../entity/versions.js';
import { problem } from '../errors/problem.js';
import { noteSought } from '../errors/sought-values.js';
import type { ReadAddress } from '../reading/addresses.js';
import { addressReaderOf } from '../reading/addresses.js';
import { OwnerScope } from '../reading/owner-scope.js';
import type { Ownership } from '../reading/ownership.js';
import type { Junction } from '../view/junction.js';
import type { AbsenceReporter } from './absence.js';
import type { LinkChangeKind } from './link-statements.js';
import { linkStatement } from './link-statements.js';

/** Properties of an entity that hold a list of entities: its `@ManyToMany` relations. */
export type LinkProperty<T> = {
  [K in keyof T & string]: NonNullable<T[K]> extends readonly Addressable[] ? K : never;
}[keyof T & string];

/** The entity on the other side of a `@ManyToMany` relation. */
export type LinkedBy<T, K extends keyof T> =
  NonNullable<T[K]> extends readonly (infer Other)[] ? Other : never;

/** How many links a call added and removed. */
export interface LinkChange {
  readonly added: number;
  readonly removed: number;
}

/** The dependencies for changing an entity's links; the repository supplies them. */
export interface LinkParts {
  readonly database: Database;
  readonly entity: EntityMetadata;
  readonly junction: Junction;
  readonly absence: AbsenceReporter;
  readonly scope: OwnerScope;
  /** The property of the body that holds the list, for pointers. */
  readonly named: string;
}

/** The maximum number of attempts on a row that others keep changing. */
const maxAttempts = 10;

/**
 * The pairs of a `@ManyToMany` relation, written by public id (or slug), with one statement per
 * change. A change increments the version of the entity on whose side it is made.
 */
export class Links<T extends Addressable, Other> {
  readonly #statements = new Map<string, Statement>();
  readonly #address: ReadAddress;
  readonly #otherAddress: ReadAddress;
  readonly #others: OwnerScope;

  constructor(private readonly parts: LinkParts) {
    this.#others = new OwnerScope(parts.junction.target);
    this.#address = addressReaderOf(parts.entity);
    this.#otherAddress = addressReaderOf(parts.junction.target);
  }

  /**
   * Links the entity with exactly these others. `missing_reference` names those that do not exist,
   * and then nothing is changed; `not_found`, `gone` and `version_mismatch` as in `update`.
   */
  set(
    uuid: AddressOf<T>,
    others: readonly AddressOf<Other>[],
    versions?: Versions,
  ): Promise<LinkChange> {
    return this.#change('set', uuid, others, versions);
  }

  /** Links the entity with these others as well; existing links stay. Errors as in `set`. */
  add(
    uuid: AddressOf<T>,
    others: readonly AddressOf<Other>[],
    versions?: Versions,
  ): Promise<LinkChange> {
    return this.#change('add', uuid, others, versions);
  }

  /** Removes the links with these others; those not linked, or nonexistent, are ignored. */
  remove(
    uuid: AddressOf<T>,
    others: readonly AddressOf<Other>[],
    versions?: Versions,
  ): Promise<LinkChange> {
    return this.#change('remove', uuid, others, versions);
  }

  async #change(
    kind: LinkChangeKind,
    uuid: string,
    others: readonly string[],
    versions: Versions | undefined,
  ): Promise<LinkChange> {
    const address = this.#address(uuid);
    if (address === undefined) throw problem('not_found');
    this.#requireOwnSide();
    const asked = others.map(this.#otherAddress);
    if (kind !== 'remove') this.#requireFound(asked, new Set(asked.filter(isDefined)));
    const wanted = [...new Set(asked.filter(isDefined))];
    const owner = this.parts.scope.owner ?? (kind === 'remove' ? undefined : this.#others.owner);
    const values = [
      address,
      wanted,
      ...(versions === undefined ? [] : [[versions].flat()]),
      ...(owner === undefined ? [] : [owner]),
    ];
    const statement = this.#statement(kind, versions !== undefined, owner !== undefined);
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const [row] = await this.parts.database.rows(statement, values, address);
      const [isThere, isChanged, found, added, removed] = row as LinkOutcome;
      if (!isThere) return this.parts.absence.fail(address, {}, versions);
      if (isChanged) return { added, removed };
      if (kind !== 'remove') this.#requireFound(asked, new Set(found));
    }
    throw problem('concurrent_change');
  }

  /** From a side that belongs to nobody, links to the rows of others could be changed. */
  #requireOwnSide(): void {
    const { entity, scope } = this.parts;
    if (scope.ownership !== undefined || this.#others.owner === undefined) return;
    throw problem('misuse', {
      detail: `${entity.name} belongs to nobody, and restricted work would change links to the rows of other owners. Change the links from the other side, or in unrestricted work.`,
    });
  }

  #requireFound(asked: readonly (string | undefined)[], found: ReadonlySet<string>): void {
    const errors = asked.flatMap((address, index) => {
      if (address !== undefined && found.has(address)) return [];
      const error = { pointer: `/${this.parts.named}/${index}`, detail: 'does not exist' };
      noteSought(error, address);
      return [error];
    });
    if (errors.length > 0) throw problem('missing_reference', { errors });
  }

  #statement(kind: LinkChangeKind, hasVersion: boolean, isOwn: boolean): Statement {
    const { entity, junction, scope } = this.parts;
    const own = isOwn ? scope.ownership : undefined;
    const otherOwn = isOwn ? this.#others.ownership : undefined;
    const key = JSON.stringify([kind, hasVersion, ownedKey(own), ownedKey(otherOwn)]);
    const known = this.#statements.get(key);
    if (known) return known;
    const made = linkStatement(entity, junction, { kind, hasVersion, own, otherOwn });
    this.#statements.set(key, made);
    return made;
  }
}

type LinkOutcome = [
  isThere: boolean,
  isChanged: boolean,
  found: string[],
  added: number,
  removed: number,
];

function ownedKey(owned: Ownership | undefined): unknown {
  return owned && [owned.path, owned.isOutOfReach === true];
}

function isDefined(value: string | undefined): value is string {
  return value !== undefined;
}
