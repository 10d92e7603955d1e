import { createHash } from 'node:crypto';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { from, lastValueFrom } from 'rxjs';
import { Database } from '../../core/database/database.js';
import { expectTransaction } from '../../core/database/expected-transaction.js';
import { problem } from '../../core/errors/problem.js';
import { noteVersion, versionOf } from '../../core/view/compiled-view.js';
import { contentionKey } from './contention.js';
import type { IdempotencyOptions, IdempotentOptions } from './idempotency.options.js';
import { IDEMPOTENCY_OPTIONS } from './idempotency.options.js';
import type { KeptAnswer, KeyScope } from './kept-answers.js';
import { KeptAnswers } from './kept-answers.js';

/** Metadata key of what `@Idempotent` was given. */
export const requestOptionsKey = Symbol('nest-dual-id:idempotent-options');

/** Seconds after which a client asks again while the first request still runs. */
const retryAfter = 1;

/**
 * Runs a request with an `Idempotency-Key` once: work and answer commit together, and a retry
 * gets the kept answer. A request that fails keeps nothing and may be sent again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptAnswers) private readonly answers: KeptAnswers,
    @Inject(IDEMPOTENCY_OPTIONS) private readonly options: IdempotencyOptions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = readKey(request.headers['idempotency-key']);
    const { isolation = 'READ COMMITTED' } = optionsOf(context);
    if (key === undefined) {
      return from(expectTransaction(isolation, () => lastValueFrom(next.handle())));
    }
    const scope = { key, scope: this.#scopeOf(request) };
    const reply = http.getResponse<FastifyReply>();
    const work = () => this.#once(scope, request, reply, next);
    return from(this.database.transaction(work, { isolation, key: contentionKey(request) }));
  }

  async #once(
    scope: KeyScope,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler<unknown>,
  ): Promise<unknown> {
    if (!(await this.answers.take(scope))) throw problem('request_in_progress', { retryAfter });
    const requestHash = hash(JSON.stringify(request.body ?? null));
    const kept = await this.answers.find(scope);
    if (kept) return replay(kept, requestHash, reply);
    const answer = await lastValueFrom(next.handle());
    const { statusCode: status } = reply;
    requireWritable(answer, reply);
    await this.answers.keep(scope, {
      requestHash,
      status,
      version: versionOf(answer) ?? null,
      answer,
    });
    return answer;
  }

  #scopeOf(request: FastifyRequest): string {
    const [path] = request.url.split('?');
    const caller = this.options.caller?.(request) ?? request.headers.authorization ?? '';
    return `${request.method} ${path} ${hash(caller)}`;
  }
}

function optionsOf(context: ExecutionContext): IdempotentOptions {
  return (Reflect.getMetadata(requestOptionsKey, context.getHandler()) ?? {}) as IdempotentOptions;
}

/** What the response cannot carry must not be kept, and what made it must not be committed. */
function requireWritable(answer: unknown, reply: FastifyReply): void {
  if (answer === undefined || answer === null) return;
  const write =
    reply.getSerializationFunction(`${reply.statusCode}`) ?? reply.getSerializationFunction('2xx');
  write?.(answer as Record<string, unknown>);
}

function replay(kept: KeptAnswer, requestHash: string, reply: FastifyReply): unknown {
  if (kept.requestHash !== requestHash) throw problem('idempotency_key_reused');
  void reply.code(kept.status).header('Idempotency-Replayed', 'true');
  const { answer, version } = kept;
  if (typeof answer === 'object' && answer !== null && version !== null) {
    noteVersion(answer, version);
  }
  return answer ?? undefined;
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
