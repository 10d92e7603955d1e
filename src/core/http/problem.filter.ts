import type { ServerResponse } from 'node:http';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EntityNotFoundError } from 'typeorm';
import { Database } from '../database/database.js';
import { isOfDatabase } from '../errors/cause-trace.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';
import { ApplicationFilters } from './application-filters.js';
import { codeOfFastifyError, ofHttpException } from './http-exception.js';
import { answerElsewhere, wrappedError } from './other-contexts.js';
import { OverloadLog } from './overload-log.js';
import { sendProblem, writeProblem } from './problem-document.js';

/**
 * Turns every error into a problem document without internal details. Filters that the application
 * provides as `APP_FILTER` are asked first. A filter that only observes injects this one and
 * delegates to `answer`.
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

  /** Called by Nest. */
  catch(exception: unknown, host: ArgumentsHost): unknown {
    const own = this.filters.find(exception, this);
    return own ? (own.catch(exception, host) as unknown) : this.answer(exception, host);
  }

  /**
   * Responds to a request with the problem of an exception, and to a message in its transport's
   * form.
   */
  answer(thrown: unknown, host: ArgumentsHost): unknown {
    const exception = wrappedError(thrown) ?? thrown;
    const error = this.#translate(exception);
    if (host.getType() !== 'http') return this.#answerElsewhere(error, exception, host);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply | ServerResponse>();
    const raw = 'raw' in reply ? reply.raw : reply;
    const isSent = 'raw' in reply ? reply.sent : reply.headersSent;
    // A client that has left gets no response, and whatever its leaving ended is no fault.
    const isGone = raw.destroyed && !isSent;
    const route = `${request.method} ${request.routeOptions?.url ?? 'unknown route'}`;
    this.#log(error, exception, route, isGone);
    // A stream may fail after its first bytes; closing the connection then informs the client.
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

  /** Database messages may quote rows and SQL: they are logged only when `logDetails` is set. */
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
