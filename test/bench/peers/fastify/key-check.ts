import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';

/** Who sends a key, and what it is for. */
export interface CachedKey {
  readonly userId: string;
  readonly scopes: ReadonlySet<string>;
}

interface Entry {
  readonly key: CachedKey | undefined;
  readonly until: number;
}

/** As long as the library keeps a key, and at most as many. */
const keptFor = 10_000;
const maxKept = 10_000;

const findKey = {
  name: 'find_key',
  text: `SELECT k.user_id, k.scopes FROM bench_keys k JOIN users u ON u.id = k.user_id
    WHERE k.sha256 = $1 AND k.revoked_at IS NULL AND u.deleted_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > now())`,
};

/** API keys by their SHA-256, in a cache, as a hand-written hook has them. */
export class KeyCheck {
  readonly #kept = new Map<string, Entry>();

  constructor(private readonly pool: pg.Pool) {}

  /** A hook that refuses whoever lacks a scope, and notes who makes the request. */
  requires(scope: string) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const header = request.headers.authorization;
      const token = header?.startsWith('Bearer ') ? header.slice(7) : '';
      const key = token === '' ? undefined : await this.#find(hash('sha256', token, 'hex'));
      if (!key) return reply.code(401).send({ message: 'No valid key' });
      if (!key.scopes.has(scope)) return reply.code(403).send({ message: 'Not enough scopes' });
      request.key = key;
      return undefined;
    };
  }

  async #find(sha256: string): Promise<CachedKey | undefined> {
    const kept = this.#kept.get(sha256);
    if (kept && kept.until > Date.now()) return kept.key;
    const [row] = (await this.pool.query({ ...findKey, values: [sha256] })).rows;
    const key = row && { userId: row.user_id as string, scopes: new Set<string>(row.scopes) };
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(sha256, { key, until: Date.now() + keptFor });
    return key;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    key: CachedKey | undefined;
  }
}
