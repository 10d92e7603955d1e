import type { ServerResponse } from 'node:http';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EntityNotFoundError } from 'typeorm';
import { Database } from '../database/database.js';
import { isOfDatabase } from '../errors/cause-trace.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from '../module/dual-id-options.js';
import { DUAL_ID_OPTIONS } from '../module/dual-id-options.js';
import { ApplicationFilters } from './application-filters.js';
import { codeOfFastifyError, ofHttpException } from './http-exception.js';
import { answerElsewhere } from './other-contexts.js';
import { OverloadLog } from './overload-log.js';
import { sendProblem, writeProblem } from './problem-document.js';

/**
 * Answers every error as a problem document, and lets nothing of the inside into it. Filters that
 * the application provides as `APP_FILTER` are asked first. One that only observes injects this
 * filter and hands over to `answer`.
 */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('DualId');
  readonly #overloads = new OverloadLog(this.#logger);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DUAL_ID_OPTIONS) private readonly options: DualIdModuleOptions,
    @Inject(ApplicationFilters) private readonly filters: ApplicationFilters,
  ) {}

  /** What Nest calls. */
  catch(exception: unknown, host: ArgumentsHost): unknown {
    const own = this.filters.find(exception, this);
    return own ? (own.catch(exception, host) as unknown) : this.answer(exception, host);
  }

  /** Answers a request with the problem of an exception, and a message in the words of its kind. */
  answer(exception: unknown, host: ArgumentsHost): unknown {
    const error = this.#translate(exception);
    if (host.getType() !== 'http') return this.#answerElsewhere(error, exception, host);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply | ServerResponse>();
    const raw = 'raw' in reply ? reply.raw : reply;
    const isSent = 'raw' in reply ? reply.sent : reply.headersSent;
    // Whoever went away gets no answer, and what that ended is no fault.
    const isGone = raw.destroyed && !isSent;
    const route = `${request.method} ${request.routeOptions?.url ?? 'unknown route'}`;
    this.#log(error, exception, route, isGone);
    // A stream may fail after its first bytes; the connection then tells the client.
    if (isSent) return undefined;
    if ('raw' in reply) sendProblem(reply, error);
    else writeProblem(reply, error);
    return undefined;
  }

  #answerElsewhere(error: DualIdError, exception: unknown, host: ArgumentsHost): unknown {
    this.#log(error, exception, `a message (${host.getType()})`, false);
    return answerElsewhere(error, exception, host);
  }

  #translate(exception: unknown): DualIdError {
    const error = this.database.translate(exception);
    if (error instanceof DualIdError) return error;
    if (error instanceof HttpException) {
      return ofHttpException(error, this.options.exceptionMessages);
    }
    if (error instanceof EntityNotFoundError) return problem('not_found', { cause: error });
    return problem(codeOfFastifyError(error) ?? 'internal', { cause: error });
  }

  #log(error: DualIdError, exception: unknown, route: string, isGone: boolean): void {
    const isTold = isGone || error.details.isLogged;
    if (error.code === 'overloaded') this.#overloads.report();
    else if (error.status >= 500 && !isTold) this.#report(error, exception, route);
  }

  /** Messages of the database may quote rows and SQL: they are logged only when `logDetails` asks for them. */
  #report(error: DualIdError, exception: unknown, route: string): void {
    const origin = exception instanceof Error ? exception : new Error(String(exception));
    const cause = (error.details.cause ?? origin) as Error & { code?: string };
    const ofDatabase = isOfDatabase(cause);
    const what = ofDatabase
      ? `database error ${cause.code ?? cause.name}`
      : (cause.stack ?? cause.name);
    this.#logger.error(`${error.code} at ${route}: ${what}`);
    if (ofDatabase && this.options.logDetails) this.#logger.debug(cause.stack ?? cause.message);
  }
}
