import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { problem } from '../../core/errors/problem.js';
import type { DeletePolicy } from '../../core/passport/platform-type.entity.js';

/** A kind of entity or record, as the registry knows it. */
export interface KnownType {
  readonly id: number;
  readonly name: string;
  readonly record: boolean;
  readonly uniqueNames: boolean;
  readonly deletePolicy: DeletePolicy;
}

/** The platform types, kept in memory; one that is not there is looked for once more. */
@Injectable()
export class PlatformTypes {
  #byName = new Map<string, KnownType>();

  constructor(@Inject(Database) private readonly database: Database) {}

  /** The type of a name, or undefined when there is none. */
  async find(name: string): Promise<KnownType | undefined> {
    if (!this.#byName.has(name)) await this.#load();
    return this.#byName.get(name);
  }

  /** The number of the type a filter names, if it names one; `invalid_query` for an unknown one. */
  async filtered(name: string | undefined): Promise<number | undefined> {
    if (name === undefined) return undefined;
    const type = await this.find(name);
    if (type) return type.id;
    throw problem('invalid_query', {
      errors: [{ parameter: 'type', detail: 'is not a known type' }],
    });
  }

  /** The kind of records of a name; `missing_reference` when there is none. */
  async records(name: string, pointer = '/type'): Promise<KnownType> {
    const type = await this.find(name);
    if (type?.record) return type;
    throw problem('missing_reference', {
      errors: [{ pointer, detail: type ? 'is no kind of records' : 'does not exist' }],
    });
  }

  /** Every type, by name. */
  async all(): Promise<readonly KnownType[]> {
    await this.#load();
    return [...this.#byName.values()];
  }

  async #load(): Promise<void> {
    const rows = await this.database.rows(everyType);
    this.#byName = new Map(
      rows.map(([id, name, record, uniqueNames, deletePolicy]) => [
        name as string,
        { id, name, record, uniqueNames, deletePolicy } as KnownType,
      ]),
    );
  }
}

const everyType = statement(
  'SELECT id, name, record, unique_names, delete_policy FROM dual_id.platform_types ORDER BY name',
);
