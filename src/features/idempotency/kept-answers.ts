import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { isStorableJson } from '../../core/database/storable-text.js';
import { Persons } from '../../core/erasure/persons.js';

/** An answer as it is kept for a retry. */
export interface KeptAnswer {
  readonly requestHash: string;
  readonly status: number;
  /** Version of the entity in the answer; null when it has none. */
  readonly version: number | null;
  readonly answer: unknown;
  /** The answer told of a person who was erased since, and is kept no more. */
  readonly isErased: boolean;
}

/** An answer to be kept. */
export interface NewAnswer extends Pick<KeptAnswer, 'requestHash' | 'status' | 'version'> {
  /** The answer as JSON; null when there is none. */
  readonly json: string | null;
  /** Every public id that the answer and its request name, of people or not. */
  readonly named: readonly string[];
}

/** Where a key counts: one caller and one address, as digests, for a key may be about a person. */
export interface KeyScope {
  readonly scope: string;
  readonly key: string;
}

/** Keeps answers for 24 hours, in the transaction of the work they answer. */
@Injectable()
export class KeptAnswers {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Persons) private readonly persons: Persons,
  ) {}

  /** Takes a key for the rest of the transaction; false while another request holds it. */
  async take({ scope, key }: KeyScope): Promise<boolean> {
    const [row] = await this.database.rows(lock, [`${scope}\n${key}`]);
    return row?.[0] === true;
  }

  async find({ scope, key }: KeyScope): Promise<KeptAnswer | undefined> {
    const [row] = await this.database.rows(find, [scope, key]);
    if (!row) return undefined;
    const [requestHash, status, version, answer, isErased] = row as [
      ...[string, number, number | null, unknown, boolean],
    ];
    return { requestHash, status, version, answer: unwrapped(answer), isErased };
  }

  /** Keeps an answer beside the people among the public ids that it and its request name. */
  async keep({ scope, key }: KeyScope, kept: NewAnswer): Promise<void> {
    const { requestHash, status, version, json, named } = kept;
    const { uuids, isAnyErased } = await this.persons.hold(named);
    const answer = json === null ? null : storable(json);
    // Somebody was erased while the request ran.
    const isErased = isAnyErased && answer !== null;
    const told = isErased ? ['', status, null, null] : [requestHash, status, version, answer];
    await this.database.execute(keep, [scope, key, ...told, uuids, isErased]);
    await this.database.execute(sweep);
  }
}

/** The only property of an answer that is kept as the text of its JSON. */
const asText = 'nest-dual-id:json';

/**
 * An answer as a column of the type jsonb takes it: one with NUL or half of a surrogate pair in it,
 * which JSON can spell and PostgreSQL refuses, as a text.
 */
function storable(json: string): string {
  const isPlain = isStorableJson(json) && !json.includes(asText);
  return isPlain ? json : JSON.stringify({ [asText]: json });
}

function unwrapped(answer: unknown): unknown {
  return isWrapped(answer) ? JSON.parse(answer[asText]) : answer;
}

function isWrapped(answer: unknown): answer is { readonly [asText]: string } {
  if (typeof answer !== 'object' || answer === null) return false;
  return asText in answer && typeof answer[asText] === 'string';
}

const lock = statement('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1685414252))');

const find = statement(
  `SELECT request_hash, status, version, answer, erased FROM dual_id.idempotency_keys
   WHERE scope = $1 AND key = $2 AND created_at > now() - interval '24 hours'`,
);

// An expired answer under the same key is replaced.
const keep = statement(
  `INSERT INTO dual_id.idempotency_keys AS k
     (scope, key, request_hash, status, version, answer, persons, erased)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
   ON CONFLICT (scope, key) DO UPDATE
   SET request_hash = excluded.request_hash, status = excluded.status,
       version = excluded.version, answer = excluded.answer, persons = excluded.persons,
       erased = excluded.erased, created_at = now()`,
);

/** Every kept answer sweeps a few expired ones, so that the table needs no other care. */
const sweep = statement(
  `DELETE FROM dual_id.idempotency_keys WHERE ctid IN (
     SELECT ctid FROM dual_id.idempotency_keys
     WHERE created_at <= now() - interval '24 hours' LIMIT 10 FOR UPDATE SKIP LOCKED)`,
);
