import { createHash } from 'node:crypto';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { from, lastValueFrom } from 'rxjs';
import { Database } from '../../core/database/database.js';
import { expectTransaction } from '../../core/database/expected-transaction.js';
import { problem } from '../../core/errors/problem.js';
import { versionOf } from '../../core/view/compiled-view.js';
import { contentionKey } from './contention.js';
import type { IdempotencyOptions, IdempotentOptions } from './idempotency.options.js';
import { IDEMPOTENCY_OPTIONS } from './idempotency.options.js';
import type { KeptAnswer } from './kept-answers.js';
import { KeptAnswers } from './kept-answers.js';
import { keyCallerOf, scopeOf } from './key-scope.js';
import { uuidsIn } from './named-uuids.js';
import { readAnswer, sentAnswer } from './sent-answer.js';

/** Metadata key of the options of `@Idempotent`. */
export const requestOptionsKey = Symbol('nest-dual-id:idempotent-options');

const erasedDetail =
  'The request was processed, but its response was about a person who has been erased since.';

/** Seconds after which a client should retry while the first request still runs. */
const runningRetryAfter = 1;

/**
 * Runs a request with an `Idempotency-Key` once: work and response commit together, and a retry
 * gets the stored response. A failed request stores nothing and may be sent again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptAnswers) private readonly answers: KeptAnswers,
    @Inject(IDEMPOTENCY_OPTIONS) private readonly options: IdempotencyOptions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    // A message has no headers, and therefore no key.
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = readKey(request.headers['idempotency-key']);
    const { isolation = 'READ COMMITTED' } = optionsOf(context);
    if (key === undefined) {
      return from(expectTransaction(isolation, () => lastValueFrom(next.handle())));
    }
    const reply = http.getResponse<FastifyReply>();
    const work = () => this.#once(key, request, reply, next);
    return from(this.database.transaction(work, { isolation, key: contentionKey(request) }));
  }

  async #once(
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler<unknown>,
  ): Promise<unknown> {
    const caller = keyCallerOf(this.options, request);
    const place = scopeOf(request, caller);
    const scope = { key: hash(key), scope: hash(place) };
    if (!(await this.answers.take(scope)))
      throw problem('request_in_progress', { retryAfter: runningRetryAfter });
    const body = JSON.stringify(request.body ?? null);
    // The key is the client's own, so that others cannot try bodies against the digest.
    const requestHash = hash(`${key}\n${body}`);
    const kept = await this.answers.find(scope);
    if (kept) return replay(kept, requestHash, reply);
    const answer = await lastValueFrom(next.handle());
    const json = sentAnswer(answer, reply);
    const version = versionOf(answer) ?? null;
    const about = this.options.about?.(request, answer) ?? [];
    const named = uuidsIn([place, body, json ?? '', ...about]);
    await this.answers.keep(scope, { requestHash, status: reply.statusCode, version, json, named });
    // The same result as for a retry, so that code around the route cannot tell the two apart.
    return readAnswer(json, version);
  }
}

function optionsOf(context: ExecutionContext): IdempotentOptions {
  return (Reflect.getMetadata(requestOptionsKey, context.getHandler()) ?? {}) as IdempotentOptions;
}

function replay(kept: KeptAnswer, requestHash: string, reply: FastifyReply): unknown {
  if (kept.isErased) throw problem('gone', { detail: erasedDetail });
  if (kept.requestHash !== requestHash) throw problem('idempotency_key_reused');
  void reply.code(kept.status).header('Idempotency-Replayed', 'true');
  return readAnswer(kept.json, kept.version);
}

function readKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw problem('invalid_header', {
    errors: [{ header: 'Idempotency-Key', detail: 'is not 1 to 255 visible characters' }],
  });
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
