import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { problem } from '../../core/errors/problem.js';
import type { DeletePolicy } from '../../core/passport/platform-type.entity.js';

/** A kind of entity or record, as the registry knows it. */
export interface KnownPlatformType {
  readonly id: number;
  readonly name: string;
  readonly record: boolean;
  readonly uniqueNames: boolean;
  readonly deletePolicy: DeletePolicy;
}

/** The platform types, cached in memory; an unknown one is looked up once more. */
@Injectable()
export class PlatformTypes {
  #byName = new Map<string, KnownPlatformType>();

  constructor(@Inject(Database) private readonly database: Database) {}

  /** The type with a name, or undefined if there is none. */
  async find(name: string): Promise<KnownPlatformType | undefined> {
    if (!this.#byName.has(name)) await this.#load();
    return this.#byName.get(name);
  }

  /** The number of the type a filter names, if it names one; `invalid_query` if it is unknown. */
  async filtered(name: string | undefined): Promise<number | undefined> {
    if (name === undefined) return undefined;
    const type = await this.find(name);
    if (type) return type.id;
    throw problem('invalid_query', {
      errors: [{ parameter: 'type', detail: 'is not a known type' }],
    });
  }

  /** The kind of records with a name; `missing_reference` if there is none. */
  async records(name: string, pointer = '/type'): Promise<KnownPlatformType> {
    const type = await this.find(name);
    if (type?.record) return type;
    throw problem('missing_reference', {
      errors: [{ pointer, detail: type ? 'is not a kind of record' : 'does not exist' }],
    });
  }

  /** Every type, by name. */
  async all(): Promise<readonly KnownPlatformType[]> {
    await this.#load();
    return [...this.#byName.values()];
  }

  async #load(): Promise<void> {
    const rows = await this.database.rows(everyType);
    this.#byName = new Map(
      rows.map(([id, name, record, uniqueNames, deletePolicy]) => [
        name as string,
        { id, name, record, uniqueNames, deletePolicy } as KnownPlatformType,
      ]),
    );
  }
}

const everyType = statement(
  'SELECT id, name, record, unique_names, delete_policy FROM dual_id.platform_types ORDER BY name',
);
