import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { Persons } from '../../core/erasure/persons.js';

/** A response to store. */
export interface NewAnswer {
  readonly requestHash: string;
  readonly status: number;
  /** Version of the entity in the response; null if it has none. */
  readonly version: number | null;
  /** The response as sent to the client; null if there is none. */
  readonly json: string | null;
  /** Every public id in the response and its request, of people or not. */
  readonly named: readonly string[];
}

/** A response as stored for a retry. */
export interface KeptAnswer extends Omit<NewAnswer, 'named'> {
  /** Whether the response was about a person erased since, and is no longer stored. */
  readonly isErased: boolean;
}

/** Where a key counts, and the key, as digests, because both may be about a person. */
export interface KeyScope {
  readonly scope: string;
  readonly key: string;
}

/** Stores responses for 24 hours, in the transaction of the work they belong to. */
@Injectable()
export class KeptAnswers {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Persons) private readonly persons: Persons,
  ) {}

  /** Takes a key for the rest of the transaction; returns false while another request holds it. */
  async take({ scope, key }: KeyScope): Promise<boolean> {
    const [row] = await this.database.rows(tryLockKey, [`${scope}\n${key}`]);
    return row?.[0] === true;
  }

  async find({ scope, key }: KeyScope): Promise<KeptAnswer | undefined> {
    const [row] = await this.database.rows(findAnswer, [scope, key]);
    if (!row) return undefined;
    const [requestHash, status, version, json, isErased] = row as [
      ...[string, number, number | null, string | null, boolean],
    ];
    return { requestHash, status, version, json, isErased };
  }

  /** Stores a response with the people among the public ids in it and in its request. */
  async keep({ scope, key }: KeyScope, kept: NewAnswer): Promise<void> {
    const { requestHash, status, version, json, named } = kept;
    const { uuids, isAnyErased } = await this.persons.hold(named);
    // A person was erased while the request ran.
    const isErased = isAnyErased && json !== null;
    const told = isErased ? ['', status, null, null] : [requestHash, status, version, json];
    await this.database.execute(keep, [scope, key, ...told, uuids, isErased]);
  }
}

const tryLockKey = statement('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1685414252))');

const findAnswer = statement(
  `SELECT request_hash, status, version, answer, erased FROM dual_id.idempotency_keys
   WHERE scope = $1 AND key = $2 AND created_at > now() - interval '24 hours'`,
);

// An expired response with the same key is replaced.
const keep = statement(
  `INSERT INTO dual_id.idempotency_keys AS k
     (scope, key, request_hash, status, version, answer, persons, erased)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
   ON CONFLICT (scope, key) DO UPDATE
   SET request_hash = excluded.request_hash, status = excluded.status,
       version = excluded.version, answer = excluded.answer, persons = excluded.persons,
       erased = excluded.erased, created_at = now()`,
);
